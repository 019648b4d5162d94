"""Building, training and measuring models: the only room that imports scikit-learn."""
