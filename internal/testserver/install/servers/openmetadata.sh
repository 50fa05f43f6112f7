# The JSON schemas of OpenMetadata's entities, which fixtures and exports are
# validated against: see openmetadata.go. They are made by pydantic from the classes that
# the project publishes on PyPI, under a licence that does not let them lie here.
set -e
home=$ASSAY_TEST_CACHE/openmetadata-2.0.7.0-requests
[ -e "$home/complete" ] && exit 0
rm -rf "$home"
mkdir -p "$home"
if ! python3 -m venv "$home/venv" >/dev/null 2>&1; then
  rm -rf "$home/venv"
  sh "$(dirname "$0")/../apt.sh" python3-venv
  python3 -m venv "$home/venv"
fi
pip="$home/venv/bin/python -m pip --quiet --disable-pip-version-check"
$pip install 'pydantic[email]==2.13.4'
$pip download --no-deps --dest "$home" openmetadata-ingestion==2.0.7.0
"$home/venv/bin/python" - "$home" <<'PYTHON'
import glob, importlib, json, sys, types, zipfile

home = sys.argv[1]
wheel = glob.glob(home + "/*.whl")[0]
zipfile.ZipFile(wheel).extractall(home + "/wheel")
for name in ("metadata", "metadata.ingestion", "metadata.ingestion.models"):
    module = types.ModuleType(name)  # without what the packages import beside the classes
    module.__path__ = [home + "/wheel/" + name.replace(".", "/")]
    sys.modules[name] = module
for path, name in (("entity.data.table", "Table"), ("entity.data.database", "Database"), ("entity.services.databaseService", "DatabaseService"),
    ("api.classification.createClassification", "CreateClassificationRequest"), ("api.classification.createTag", "CreateTagRequest")):
    entity = getattr(importlib.import_module("metadata.generated.schema." + path), name)
    with open(f"{home}/{name}.json", "w") as file:
        text = json.dumps(entity.model_json_schema(by_alias=True), sort_keys=True)
        file.write(text.replace("(?U)", "").replace("(?u)", ""))  # a flag that expressions have in Python alone
PYTHON
rm -rf "$home/wheel" "$home"/*.whl "$home/venv"
touch "$home/complete"
