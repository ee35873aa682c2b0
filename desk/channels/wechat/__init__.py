"""WeChat official accounts: what customers write there, answered in place or by customer-service messages."""
