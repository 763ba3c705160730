# Placeholder replaced by the lint tests below.
