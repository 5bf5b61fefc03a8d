"""What a manager reads: the dashboard, and reports as PDF, DOCX and XLSX."""
