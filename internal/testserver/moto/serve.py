"""moto 5.2.5 as the tests' S3, STS, IAM and KMS.

    serve.py PORT

moto decides by itself whether a signature is right, what the policies of a user
or role allow, and to which account a key belongs; an account has no access to
another's buckets. Three things are mended here, so their results are this
file's word, neither moto's nor that of AWS:

- moto looks a role that is to be assumed up in the account of the caller, and
  therefore never reads the trust policy of a role in another one. Here the role
  is looked up in its own account, and one that does not exist is refused.
- moto ignores a condition whose key the request lacks. Here a trust policy that
  asks for sts:ExternalId refuses a request without one.
- moto calls the right that HeadBucket needs by the name of the request. Here it
  is s3:ListBucket, as in AWS.

Not played at all: the end of a session, bucket policies across accounts, key policies,
encryption of buckets, requester pays.
"""

import json
import os
import sys

os.environ["MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS"] = "false"

from moto.iam import access_control
from moto.iam.models import iam_backends
from moto.s3.responses import ACTION_MAP
from moto.utilities.utils import get_partition


def assuming(self, arn):
    return self._action in access_control.REQUIRE_RESOURCE_ACCESS_POLICIES_CHECK


def trusted(self, arn):
    try:
        account = arn.split(":")[4]
        role = iam_backends[account][get_partition(self._region)].get_role_by_arn(arn)
    except Exception:
        return False
    policy = role.assume_role_policy_document
    document = json.loads(policy) if isinstance(policy, str) else policy
    statements = document["Statement"]
    statements = statements if isinstance(statements, list) else [statements]
    asked = any("sts:ExternalId" in values for s in statements for values in (s.get("Condition") or {}).values())
    if asked and not self._data.get("ExternalId"):
        return False
    answer = access_control.IAMPolicy(policy).is_action_permitted(
        self._action, arn, self._access_key.arn, access_control.format_incoming_conditional_values(self._data))
    return answer == access_control.PermissionResult.PERMITTED


access_control.IAMRequestBase._is_assuming_role_operation = assuming
access_control.IAMRequestBase._check_role_trust_relationship = trusted
ACTION_MAP["BUCKET"]["HEAD"]["DEFAULT"] = "ListBucket"

from moto.server import main

main(["-H", "127.0.0.1", "-p", sys.argv[1]])
