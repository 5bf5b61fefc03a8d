"""Whether a file that somebody brings is a document of ours, and unaltered."""
