"""Building, training and measuring models: the only package that imports scikit-learn."""
