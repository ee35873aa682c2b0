"""The supervisor's side (班长): the board, stepping in, shifts and closed days, quality (质检), reports."""
