"""What a text names, by kind; `language.extractor` puts the kinds together."""
