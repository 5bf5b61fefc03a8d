"""Reading the files of the catalogue, and every fault in them."""
