"""The names of TensorFlow 1 that old programs around an LSTM use."""

import pandas as pd

from book.folders import DATA

FILE = DATA / "names.csv"
COLUMNS = ["name", "repositories", "use", "instead", "chapter"]


def read() -> pd.DataFrame:
    """Give the names, those that most programs use first.

    Returns:
        A row for each name; its columns are texts:

        - the index, `name`: what stands in an old program, as "tf.nn.dynamic_rnn"; one
          that begins with "tensorflow." is imported. Brackets behind it hold the
          argument that is asked about: "tf.nn.dropout(keep_prob=0.5)".
        - `repositories`: how many of 48 public repositories use it, or its family where
          they were counted together; "" where it wasn't counted.
        - `use`: an expression, in which `it` is what is found under the name.
        - `instead`: a name of today that does this work, or "".
        - `chapter`: the chapter that tells of it, as "24b", or "".

    Raises:
        FileNotFoundError: data/names.csv is missing.
        ValueError: it has other columns.
    """
    table = pd.read_csv(FILE, dtype=str, keep_default_na=False)
    if list(table.columns) != COLUMNS:
        raise ValueError(
            f"{FILE.name} has the columns {', '.join(table.columns)}. "
            f"Expected {', '.join(COLUMNS)}."
        )
    return table.set_index("name")
