"""Cuts didnb-sans-sc.otf out of Noto Sans CJK SC Regular 2.004: GB 2312's 6,763 characters and its punctuation.

    pip install fonttools==4.68.0
    python subset.py NotoSansCJK-Regular.ttc        (Debian's package fonts-noto-cjk has it)

Latin letters are left out, since Liberation Sans sets them. Kerning, vertical setting, hints and alternative forms are
left out too. The family has a name of its own, as a modified font should. The result is the same for the same input.
"""

import sys

from fontTools import subset
from fontTools.ttLib import TTCollection

ROWS = [1, 2, 3] + list(range(16, 88))  # punctuation, numerals in circles, full-width forms, characters of levels 1, 2


def gb2312(row):
    for cell in range(1, 95):
        try:
            yield bytes([0xA0 + row, 0xA0 + cell]).decode("gb2312")
        except UnicodeDecodeError:
            pass


def main(source):
    collection = TTCollection(source, recalcTimestamp=False)
    (font,) = [f for f in collection.fonts if f["name"].getDebugName(1) == "Noto Sans CJK SC"]
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GPOS", "GSUB", "GDEF"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(c for row in ROWS for c in gb2312(row)))
    subsetter.subset(font)
    for record in list(font["name"].names):
        new = {1: "didnb Sans SC", 3: "didnb Sans SC 2.004", 4: "didnb Sans SC Regular", 6: "didnbSansSC-Regular"}.get(record.nameID)
        if new:
            record.string = new
    cff = font["CFF "].cff
    cff.fontNames = ["didnbSansSC-Regular"]
    cff.topDictIndex[0].FamilyName = cff.topDictIndex[0].FullName = "didnb Sans SC"
    font["head"].modified = font["head"].created
    font.save("didnb-sans-sc.otf")


if __name__ == "__main__":
    main(sys.argv[1])
