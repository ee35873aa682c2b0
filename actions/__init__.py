"""The Rasa action server: one module a customer journey. HTTP and SQL stay in `bss` and `knowledge_base`."""
