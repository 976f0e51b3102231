"""The executable model: what a diagram means, free of XML."""
