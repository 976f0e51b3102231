"""Operations on many process instances at once: batches with a frozen list, progress, and a result for each item."""
