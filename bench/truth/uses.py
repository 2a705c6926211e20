"""Prints what jedi says: "definition<TAB>use" as path:line:column, of the .py files below a folder."""
import pathlib
import sys

import jedi

root = pathlib.Path(sys.argv[1]).resolve()
project = jedi.Project(str(root), sys_path=[str(root)] + [path for path in sys.path if path])


def place(name):
    path = name.module_path
    if path is None or name.line is None or root not in pathlib.Path(path).resolve().parents:
        return None
    return f"{pathlib.Path(path).resolve().relative_to(root)}:{name.line}:{name.column + 1}"


for path in sorted(root.rglob("*.py")):
    script = jedi.Script(path=str(path), project=project)
    for name in script.get_names(all_scopes=True, definitions=True, references=True):
        try:
            found = name.goto(follow_imports=True)
        except Exception:
            continue
        for definition in found:
            at = place(definition)
            here = f"{path.relative_to(root)}:{name.line}:{name.column + 1}"
            if at and at != here:
                print(f"{at}\t{path.relative_to(root)}:{name.line}:{name.column + 1}\t{definition.type}")
