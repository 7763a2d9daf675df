"""The article's published result, out of its authors' own reviews: `python -m benchmarks.vicuna80 FOLDER`."""
