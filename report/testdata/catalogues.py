"""Holds what assay writes for data catalogues against the libraries that these
projects publish: catalogues.py datahub|openlineage < FILE. It ends with an error
where they would not take it, or would write it otherwise."""

import json
import sys


def datahub(text):
    from datahub.emitter.mcp import MetadataChangeProposalWrapper
    from datahub.emitter.mcp_patch_builder import _Patch
    from datahub.metadata.schema_classes import TagAssociationClass
    from datahub.specific.dataset import DatasetPatchBuilder

    for proposal in json.loads(text):
        read = MetadataChangeProposalWrapper.from_obj(proposal)
        assert read.validate(), proposal
        if proposal["changeType"] != "PATCH":
            assert isinstance(read, MetadataChangeProposalWrapper), "the aspect is not known: %s" % proposal
            continue
        value = json.loads(proposal["aspect"]["value"])
        own = DatasetPatchBuilder(proposal["entityUrn"])
        for op in value if isinstance(value, list) else value["patch"]:
            path = [_Patch.unquote_path_component(part) for part in op["path"].split("/")[1:]]
            tag = TagAssociationClass.from_obj(op["value"])
            own.add_tag(tag) if path[0] == "tags" else own.for_field(path[1]).add_tag(tag)
        (want,) = own.build()
        want = want.to_obj()
        assert want["aspectName"] == proposal["aspectName"], want
        assert json.loads(want["aspect"]["value"]) == value, want["aspect"]["value"]


def openlineage(text):
    from openlineage.client.event_v2 import DatasetEvent, StaticDataset
    from openlineage.client.generated.tags_dataset import TagsDatasetFacet, TagsDatasetFacetFields
    from openlineage.client.serde import Serde

    for line in text.splitlines():
        event = json.loads(line)
        dataset, facet = event["dataset"], event["dataset"]["facets"]["tags"]
        tags = TagsDatasetFacet(tags=[TagsDatasetFacetFields(**t) for t in facet["tags"]], producer=facet["_producer"])
        own = DatasetEvent(eventTime=event["eventTime"], producer=event["producer"],
                           dataset=StaticDataset(namespace=dataset["namespace"], name=dataset["name"], facets={"tags": tags}))
        want = json.loads(Serde.to_json(own))
        for f in want["dataset"]["facets"]["tags"]["tags"]:
            if f.get("field") is None:
                f.pop("field", None)
        assert want == event, "%s\n%s" % (json.dumps(want), line)


{"datahub": datahub, "openlineage": openlineage}[sys.argv[1]](sys.stdin.read())
