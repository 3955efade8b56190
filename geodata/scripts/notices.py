"""Writes collections.csv and attributions.csv: what is offered, and whom it is owed to."""

import tables

COLLECTION_COLUMNS = (
    "id,file,title,title_zh,description,description_zh,data_as_of,licence,attribution"
).split(",")
ATTRIBUTION_COLUMNS = "id,what,holder,licence,url,text,used_in".split(",")


def main():
    tables.write("collections", COLLECTION_COLUMNS, tables.source("collections"))
    tables.write("attributions", ATTRIBUTION_COLUMNS, tables.source("attributions"))


if __name__ == "__main__":
    main()
