"""Writes tests/golden/aws_config, which the C++ tests of src/aws_config check: what botocore reads
from shared files and environments, and where its services are.

aws_config_golden.py            writes all files again
"""

import gzip
import json
import os
import pathlib
import random
import shlex
import tempfile
import unittest.mock

import botocore
import botocore.configprovider
import botocore.credentials
import botocore.endpoint_provider
import botocore.exceptions
import botocore.session

GOLDEN = pathlib.Path(__file__).resolve().parents[3] / "tests/golden/aws_config"
DATA = pathlib.Path(botocore.__file__).parent / "data"
SEED = 20261124
RANDOM_FILES = 400
RANDOM_LINES = 300
RANDOM_PLACES = 300

# As botocore names them, by the id that variables and profiles use.
SERVICES = {
    "emr": "emr",
    "sfn": "stepfunctions",
    "dynamodb": "dynamodb",
    "cloudwatch_logs": "logs",
    "sns": "sns",
    "sts": "sts",
    "s3": "s3",
    "sso": "sso",
}
REGIONS = [
    *("us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-5"),
    *("sa-east-1", "ca-west-1", "me-south-1", "af-south-1", "il-central-1", "mx-central-1"),
    *("cn-north-1", "cn-northwest-1"),
    *("us-gov-east-1", "us-gov-west-1"),
    *("eusc-de-east-1", "us-iso-east-1", "us-iso-west-1", "us-isob-east-1"),
    *("eu-isoe-west-1", "us-isof-south-1"),
    # Nobody knows these: their form decides.
    *("us-new-9", "cn-west-12", "us-gov-south-1", "eusc-fr-east-1", "xx-north-1", "nowhere"),
]


def lines_of(values: list) -> str:
    """One case a line: a difference is one line."""
    lines = (json.dumps(value, ensure_ascii=True, sort_keys=True) for value in values)
    return "[\n" + ",\n".join(lines) + "\n]\n"


def data_of(service: str, name: str) -> dict:
    newest = sorted((DATA / service).iterdir())[-1] / f"{name}.json.gz"
    return json.loads(gzip.decompress(newest.read_bytes()))


def services() -> str:
    rows = []
    for service_id, name in SERVICES.items():
        metadata = data_of(name, "service-2")["metadata"]
        protocol = metadata["protocol"]
        content_type = ""
        if protocol == "json":
            content_type = f"application/x-amz-json-{metadata['jsonVersion']}"
        if protocol == "query":
            content_type = "application/x-www-form-urlencoded; charset=utf-8"
        assert metadata["serviceId"].lower().replace(" ", "_") == service_id
        rows.append(
            {
                "id": service_id,
                "endpoint_prefix": metadata["endpointPrefix"],
                "signing_name": metadata.get("signingName", metadata["endpointPrefix"]),
                "json_target": metadata.get("targetPrefix", ""),
                "content_type": content_type,
                "query_version": metadata["apiVersion"] if protocol == "query" else "",
            }
        )
    return lines_of(rows)


def endpoint_of(provider, region: str, fips: bool, dual_stack: bool) -> dict:
    parameters = {"Region": region, "UseFIPS": fips, "UseDualStack": dual_stack}
    known = provider.ruleset.parameters
    for name in ("UseGlobalEndpoint", "ForcePathStyle", "Accelerate"):
        if name in known:
            parameters[name] = False
    if "AccountIdEndpointMode" in known:
        parameters["AccountIdEndpointMode"] = "disabled"
    try:
        endpoint = provider.resolve_endpoint(**parameters)
    except botocore.exceptions.EndpointResolutionError:
        return {"error": True}
    for scheme in endpoint.properties.get("authSchemes", []):
        assert scheme["signingRegion"] == region
    return {"url": endpoint.url}


def endpoints() -> str:
    rows = []
    for service_id, name in SERVICES.items():
        provider = botocore.endpoint_provider.EndpointProvider(
            data_of(name, "endpoint-rule-set-1"), json.loads((DATA / "partitions.json").read_text())
        )
        for region in REGIONS:
            for fips in (False, True):
                for dual_stack in (False, True):
                    rows.append(
                        {
                            "service": service_id,
                            "region": region,
                            "fips": fips,
                            "dual_stack": dual_stack,
                            **endpoint_of(provider, region, fips, dual_stack),
                        }
                    )
    return lines_of(rows)


def partitions() -> str:
    library = botocore.endpoint_provider.RuleSetStandardLibrary(
        json.loads((DATA / "partitions.json").read_text())
    )
    listed = [
        region
        for partition in json.loads((DATA / "partitions.json").read_text())["partitions"]
        for region in partition["regions"]
    ]
    odd = ["us-gov-1", "us--1", "us-a-", "us-a-1x", "-a-1", "us-a_b-1", "us-a.b-1", "us-1-1", "us"]
    names = sorted({*listed, *REGIONS, *odd})
    return lines_of([[name, library.aws_partition(name)["name"]] for name in names])


def flat(section: dict) -> dict:
    members = {}
    for name, value in section.items():
        if isinstance(value, dict):
            members |= {f"{name}.{inner}": text for inner, text in value.items()}
        else:
            members[name] = value
    return members


def flat_sections(sections: dict) -> dict:
    return {name: flat(section) for name, section in sections.items()}


class Folder:
    """A session of botocore that sees these files and variables and nothing else."""

    def __init__(self, config: str, credentials: str, environment: dict | None = None):
        self._texts = {"config": config, "credentials": credentials}
        self._environment = environment or {}

    def __enter__(self) -> botocore.session.Session:
        self._folder = tempfile.TemporaryDirectory()
        variables = dict(self._environment)
        for name, text in self._texts.items():
            path = pathlib.Path(self._folder.name, name)
            path.write_bytes(text.encode())
            variable = "AWS_CONFIG_FILE" if name == "config" else "AWS_SHARED_CREDENTIALS_FILE"
            variables[variable] = str(path)
        self._patch = unittest.mock.patch.dict(os.environ, variables, clear=True)
        self._patch.start()
        return botocore.session.Session()

    def __exit__(self, *_) -> None:
        self._patch.stop()
        self._folder.cleanup()


def read_by_botocore(config: str, credentials: str) -> dict:
    with Folder(config, credentials) as session:
        try:
            read = session.full_config
        except botocore.exceptions.ConfigParseError:
            return {"error": True}
        return {
            kind: flat_sections(read.get(kind, {}))
            for kind in ("profiles", "sso_sessions", "services")
        }


WRITTEN = [
    ("", ""),
    ("[default]\nregion = eu-west-1\n", "[default]\naws_access_key_id = A\n"),
    ("[default]\nregion = a\noutput = json\n", "[default]\nregion = b\n"),
    ("[profile dev]\nregion=a\n[dev]\nregion=b\n", "[dev]\nx=1\n[profile dev]\ny=2\n"),
    ("[profile 'a b']\nk=1\n[profile \"c\"]\nk=2\n[profile d\\ e]\nk=3\n", ""),
    ("[profile 'open]\nk=1\n[profile a b]\nk=1\n[profile]\nk=1\n[profile '']\nk=4\n", ""),
    ("[profile x]\na=1\n[profile 'x']\nb=2\n", ""),
    ("[default]\na=1\n[profile default]\nb=2\n", ""),
    ("[profile default]\nb=2\n[default]\na=1\n", ""),
    ("[default]\na=1\n[default]\nb=2\n", ""),
    ("[default]\na=1\nA=2\n", ""),
    ("[DEFAULT]\nk=1\n[default]\na=2\n[profile x]\nk=3\n[DEFAULT]\nl=4\n", ""),
    ("[DEFAULT]\ns3 =\n broken\n", ""),
    ("[DEFAULT]\ns3 =\n broken\n[default]\n", ""),
    ("[default]\ns3 =\n  addressing_style = path\n  Max = 1\nregion = b\n", ""),
    ("[default]\ns3 =\n  a = 1\n", "[default]\ns3 =\n  b = 2\n"),
    ("[default]\ns3 =\n  a = 1\n", "[default]\ns3 = off\n"),
    ("[default]\ns3 =\n  broken\n", ""),
    ("[default]\ns3 =\n  a = 1\n\n  # said\n  a = 2\n", ""),
    ("[services s]\nemr =\n  endpoint_url = http://a\nsfn =\n  endpoint_url = http://b\n", ""),
    ("[sso-session corp]\nsso_start_url = https://a/start\nsso_region = us-east-1\n", ""),
    ("# c\n; d\n[default] # tail\nk = v # kept\n l = 1\n  # gone\nm : n = o\n", ""),
    ("region = a\n", ""),
    ("[default]\njust words\n", ""),
    ("[default]\n= nothing\n", ""),
    ("[default]\nk\n", ""),
    ("  [default]\n  k = v\n    more\n  l = w\n", ""),
    ("[default]\r\nk = v\r\n\tmore\r\rl = w", ""),
    ("[]\n", ""),
    ("[]]\nk=v\n[a]b]\nk=v\n[ default ]\nk=v\n", ""),
    ("[default]\nk = 100%\nl = %(k)s ${k}\n", ""),
    ("\ufeff[default]\nk = v\n", ""),
    ("[default]\nclé = vélo\n[profile späße]\nk = 1\n", ""),
    ("[profilefoo bar]\nk=1\n[servicesx y]\nk=2\n[sso-sessionz w]\nk=3\n[plugins]\nk=4\n", ""),
]
FRAGMENTS = [
    *("[default]", "[profile a]", "[profile 'a b']", '[profile "c"]', "[a]", "[profile default]"),
    *("[services s]", "[sso-session s]", "[DEFAULT]", "[plugins]", "[profile d]", "[e] tail"),
    *("# c", "  # c", "; c", "", "", "  ", "\t", "  deep = 1", "\tdeeper = 2"),
    *("s3_{} =", "emr_{} =", "  nested = {}", "    nested_{} = 1", "key_{} = v", "Key_{}: v ; kept"),
    *("key_{} =", "key_{}=a=b:c", " key_{} = w", "key_{}\x0b= v\x0c", "key_{} = \x1f", "x\x1cy{}=1"),
]
RARE = ["= v", "junk", "[", "[]", "[profile 'x]", "[profile]", "key_1 = again", "\x0b", " two words", "[default]"]


def random_file(dice: random.Random) -> str:
    lines = [dice.choice(["", "# c"]), dice.choice(["[default]", "[profile a]", "[b]"])]
    for number in range(dice.randint(0, 14)):
        line = dice.choice(RARE if dice.random() < 0.02 else FRAGMENTS)
        lines.append(line.replace("{}", str(number)))
    if dice.random() < 0.9:  # a section that comes twice ends the reading
        once = {line for line in lines if line.startswith("[")}
        kept = []
        for line in lines:
            if not line.startswith("[") or line in once:
                kept.append(line)
            once.discard(line)
        lines = kept
    return dice.choice(["\n", "\n", "\r\n", "\r"]).join(lines) + dice.choice(["", "\n"])


def shared_configs() -> str:
    dice = random.Random(SEED)
    pairs = WRITTEN + [(random_file(dice), random_file(dice)) for _ in range(RANDOM_FILES)]
    return lines_of(
        [
            {"config": config, "credentials": credentials, **read_by_botocore(config, credentials)}
            for config, credentials in pairs
        ]
    )


def shell_words() -> str:
    dice = random.Random(SEED)
    rows = []
    for _ in range(RANDOM_LINES):
        text = "".join(dice.choice("ab \t\n\\\"'# $*\u00e9") for _ in range(dice.randint(0, 12)))
        try:
            rows.append([text, shlex.split(text)])
        except ValueError:
            rows.append([text, None])
    return lines_of(rows)


PROFILES = """
[default]
region = eu-west-1
[profile own]
endpoint_url = http://127.0.0.1:1
services = mine
ca_bundle = /own.pem
use_fips_endpoint = TRUE
[profile deaf]
endpoint_url = http://127.0.0.1:2
ignore_configured_endpoint_urls = true
use_dualstack_endpoint = true
[profile lost]
services = nowhere
[services mine]
emr =
  endpoint_url = http://127.0.0.1:3
cloudwatch_logs =
  endpoint_url = http://127.0.0.1:4
s3 =
  endpoint_url = http://127.0.0.1:5/base
"""
ENVIRONMENTS = [
    {},
    {"AWS_PROFILE": "own"},
    {"AWS_PROFILE": "own", "AWS_ENDPOINT_URL": "http://127.0.0.1:6"},
    {"AWS_PROFILE": "own", "AWS_ENDPOINT_URL_EMR": "http://127.0.0.1:7"},
    {"AWS_PROFILE": "own", "AWS_ENDPOINT_URL_SFN": "http://127.0.0.1:7"},
    {
        "AWS_PROFILE": "own",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:6",
        "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": "http://127.0.0.1:8",
        "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:9",
        "AWS_ENDPOINT_URL_SNS": "http://127.0.0.1:10",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:11",
        "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:12",
        "AWS_ENDPOINT_URL_SSO": "http://127.0.0.1:13",
    },
    {"AWS_PROFILE": "own", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "True"},
    {"AWS_PROFILE": "deaf"},
    {"AWS_PROFILE": "deaf", "AWS_ENDPOINT_URL": "http://127.0.0.1:6"},
    {"AWS_PROFILE": "deaf", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false"},
    {"AWS_PROFILE": "lost"},
    {"AWS_PROFILE": "lost", "AWS_ENDPOINT_URL": "http://127.0.0.1:6"},
    {"AWS_PROFILE": "gone"},
    {"AWS_PROFILE": "default", "AWS_DEFAULT_REGION": "us-east-1"},
    {"AWS_PROFILE": "own", "AWS_USE_FIPS_ENDPOINT": "false", "AWS_CA_BUNDLE": "/env.pem"},
    {"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "yes"},
    {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
    {"AWS_DEFAULT_PROFILE": "own"},
]


def endpoint_url(session: botocore.session.Session, name: str) -> str:
    if session.get_config_variable("ignore_configured_endpoint_urls"):
        return ""
    provider = botocore.configprovider.ConfiguredEndpointProvider(
        full_config=session.full_config,
        scoped_config=session.get_scoped_config(),
        client_name=name,
    )
    return provider.provide() or ""


def resolved_by_botocore(environment: dict) -> dict:
    with Folder(PROFILES, "", environment) as session:
        try:
            return {
                "region": session.get_config_variable("region") or "",
                "fips": bool(session.get_config_variable("use_fips_endpoint")),
                "dual_stack": bool(session.get_config_variable("use_dualstack_endpoint")),
                "ca_bundle": session.get_config_variable("ca_bundle") or "",
                "urls": {key: endpoint_url(session, name) for key, name in SERVICES.items()},
            }
        except (botocore.exceptions.ProfileNotFound, botocore.exceptions.InvalidConfigError):
            return {"error": True}


def settings() -> str:
    return lines_of(
        [PROFILES]
        + [{"environment": each, **resolved_by_botocore(each)} for each in ENVIRONMENTS]
    )


KEYS = "aws_access_key_id = A\naws_secret_access_key = s\n"
PROFILE_PARTS = {
    "role": "role_arn = arn:aws:iam::123456789012:role/R\n",
    "source": "source_profile = base\n",
    "named": "credential_source = Environment\n",
    "web": "web_identity_token_file = /nowhere/token\n",
    "sso": "sso_start_url = https://a/start\nsso_region = us-east-1\n"
    "sso_account_id = 123456789012\nsso_role_name = R\n",
    "session": "sso_session = corp\n",
    "process": "credential_process = printf "
    '\'{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s"}\'\n',
    "keys": KEYS,
    "half": "aws_access_key_id = A\n",
}
ENVIRONMENT_PARTS = [  # with how often they are there
    ({"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s"}, 0.15),
    ({"AWS_ACCESS_KEY_ID": "A"}, 0.05),
    ({"AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere/token", "AWS_ROLE_ARN": "arn:aws:iam::1:r/R"}, 0.1),
    ({"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/keys"}, 0.5),
    ({"AWS_PROFILE": "dev"}, 0.2),
]
CONTAINER = {
    "AccessKeyId": "A",
    "SecretAccessKey": "s",
    "Token": "t",
    "Expiration": "2126-01-01T00:00:00Z",
}


def random_profile(dice: random.Random) -> str:
    names = {name for name in PROFILE_PARTS if dice.random() < (0.05 if name == "half" else 0.2)}
    if dice.random() < 0.9:  # most profiles are whole
        if names & {"web", "source", "named"}:
            names.add("role")
        if "role" in names and not names & {"web", "source", "named"}:
            names.add("source")
        if {"source", "named"} <= names:
            names.remove("named")
        if "session" in names:
            names.add("sso")
    if {"keys", "half"} <= names:
        names.remove("keys")
    return "".join(text for name, text in PROFILE_PARTS.items() if name in names)


def place_of(config: str, credentials: str, environment: dict, profile: str) -> str:
    with Folder(config, credentials, environment) as session:
        if profile:
            session.set_config_variable("profile", profile)
        fetch = "botocore.utils.ContainerMetadataFetcher.retrieve_full_uri"
        with unittest.mock.patch(fetch, return_value=CONTAINER):
            try:
                resolver = botocore.credentials.create_credential_resolver(session)
                found = resolver.load_credentials()
            except botocore.exceptions.BotoCoreError:
                return "error"
        return found.method if found else "nothing"


def places() -> str:
    """Which place of the chain gives credentials; none of them is asked."""
    dice = random.Random(SEED)
    rows = []
    for _ in range(RANDOM_PLACES):
        environment = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_DEFAULT_REGION": "eu-west-1"}
        for part, odds in ENVIRONMENT_PARTS:
            if dice.random() < odds:
                environment = part | environment
        config = (
            "[sso-session corp]\nsso_start_url = https://a/start\nsso_region = us-east-1\n"
            f"[profile base]\n{KEYS}[profile dev]\n{random_profile(dice)}"
            f"[default]\n{random_profile(dice)}"
        )
        credentials = dice.choice(["", "", f"[default]\n{KEYS}", f"[dev]\n{KEYS}"])
        profile = dice.choice(["", "", "dev"])
        rows.append(
            {
                "config": config,
                "credentials": credentials,
                "environment": environment,
                "profile": profile,
                "place": place_of(config, credentials, environment, profile),
            }
        )
    return lines_of(rows)


FILES = {
    "services.json": services,
    "endpoints.json": endpoints,
    "partitions.json": partitions,
    "shared_configs.json": shared_configs,
    "shell_words.json": shell_words,
    "settings.json": settings,
    "places.json": places,
}


def main() -> None:
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for name, text_of in FILES.items():
        (GOLDEN / name).write_text(text_of())


if __name__ == "__main__":
    main()
