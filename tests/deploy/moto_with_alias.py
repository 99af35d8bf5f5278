"""moto's server (5.2.5) with what its CloudFormation lacks for our stack: AWS::Lambda::Alias, made
and deleted by moto's own Lambda, and the attribute Version of a version. Permissions then find
the alias.
"""

from moto import server
from moto.awslambda.models import LambdaVersion, lambda_backends
from moto.core.common_models import CloudFormationModel


class Alias(CloudFormationModel):
    # moto registers its models under the service that their module names.
    __module__ = "moto.awslambda.models"

    def __init__(self, arn: str) -> None:
        self.arn = arn

    @property
    def physical_resource_id(self) -> str:
        return self.arn

    @staticmethod
    def cloudformation_name_type() -> str:
        return ""

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::Lambda::Alias"

    @classmethod
    def create_from_cloudformation_json(cls, _name, described, account_id, region_name, **_):
        wanted = described["Properties"]
        made = lambda_backends[account_id][region_name].create_alias(
            wanted["Name"],
            wanted["FunctionName"],
            wanted["FunctionVersion"],
            wanted.get("Description", ""),
            "",
        )
        return cls(made.arn)

    @classmethod
    def update_from_cloudformation_json(
        cls, _original, _name, described, account_id, region_name
    ):
        wanted = described["Properties"]
        updated = lambda_backends[account_id][region_name].update_alias(
            wanted["Name"], wanted["FunctionName"], wanted["FunctionVersion"], "", ""
        )
        return cls(updated.arn)

    @classmethod
    def delete_from_cloudformation_json(cls, _name, described, account_id, region_name):
        wanted = described["Properties"]
        lambda_backends[account_id][region_name].delete_alias(
            wanted["Name"], wanted["FunctionName"]
        )


def _version(self: LambdaVersion, attribute: str) -> str:
    assert attribute == "Version"
    return str(self.version)


if __name__ == "__main__":
    LambdaVersion.has_cfn_attr = classmethod(lambda cls, attribute: attribute == "Version")
    LambdaVersion.get_cfn_attribute = _version
    server.main()
