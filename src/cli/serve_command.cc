#include "cli/serve_command.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "cli/checked.h"
#include "cli/serve_keys.h"
#include "cli/timing.h"
#include "job/formats.h"

namespace ecm::cli {
namespace {

constexpr const char* kFooter =
    "Examples:\n"
    "  emrctl local serve\n"
    "  aws emr list-clusters --endpoint-url http://127.0.0.1:8367 --region us-east-1\n"
    "  AWS_ENDPOINT_URL_EMR=http://127.0.0.1:8367 AWS_ENDPOINT_URL_SFN=http://127.0.0.1:8367 \\\n"
    "      python3 my_boto3_program.py\n"
    "  emrctl local serve --port 0 --timing emr      a free port, EMR's pace\n"
    "  emrctl local serve --host 0.0.0.0 --keys keys.json\n"
    "A file of --keys: [{\"access_key_id\": \"TEAM\", \"secret_access_key\": \"a-long-secret\"}, "
    "…],\n"
    "64 KiB at most, readable by you alone (chmod 600). An id has 3 to 128 letters, digits and '_' "
    "and\n"
    "stands there once; a secret has 8 to 1024 characters; there is no other member.\n"
    "Spark is the folder in EMRCTL_SPARK_HOME or SPARK_HOME, or else the PySpark of a .venv beside "
    "this\n"
    "program or above it; JAVA_HOME and PYSPARK_PYTHON choose Java and Python.\n"
    "Any credentials will do unless there is --keys. Bucket B is the folder STATE_DIR/s3/B.\n"
    "The page at / shows clusters, steps, executions and logs. docs/emr-endpoint.md tells more.";

struct Address {
  std::string text;
  bool loopback = false;
};

std::optional<Address> ParseAddress(const std::string& host) {
  if (host == "localhost") return Address{"127.0.0.1", true};
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) {
    return Address{host, (ntohl(v4.s_addr) >> 24) == 127};
  }
  in6_addr v6{};
  if (inet_pton(AF_INET6, host.c_str(), &v6) == 1) {
    return Address{host, IN6_IS_ADDR_LOOPBACK(&v6) != 0};
  }
  return std::nullopt;
}

Region DefaultRegion(const std::string& option, const Environment& environment) {
  if (!option.empty()) return Region(option);
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    const auto value = environment.Get(name);
    if (value && IsRegion(*value)) return Region(*value);
  }
  return Region("us-east-1");
}

std::unexpected<Error> Refuse(std::string message) {
  return Fail(ErrorKind::kInvalidJob, std::move(message));
}

}  // namespace

void AddServe(CLI::App& local, ServeOptions& options) {
  CLI::App* command = local.add_subcommand(
      "serve",
      "Be Amazon EMR and AWS Step Functions on this machine: steps run on real local Spark. "
      "Ctrl-C ends the steps and then the server");
  command->footer(kFooter);
  command
      ->add_option("--host", options.host,
                   "The address to listen at; all others but loopback need --keys")
      ->capture_default_str();
  command->add_option("--port", options.port, "The port; 0 takes a free one")
      ->capture_default_str()
      ->check(CLI::Range(0, 65535));
  command
      ->add_option("--state-dir", options.state_dir,
                   "The folder of the local stack: bucket B is the folder s3/B in it")
      ->capture_default_str();
  command
      ->add_option("--timing", options.timing,
                   "How long clusters take to start and to end: instant, or minutes as in EMR")
      ->capture_default_str()
      ->check(CLI::IsMember({"instant", "emr"}));
  command
      ->add_option(
          "--region", options.region,
          "The region of unsigned requests (else AWS_REGION, AWS_DEFAULT_REGION, us-east-1)")
      ->check(Checked(IsRegion, "a region such as eu-west-1"));
  command->add_option(
      "--keys", options.keys_file,
      "Take only requests signed with a key of this file: a JSON list of "
      "{\"access_key_id\", \"secret_access_key\"}, readable by you alone (chmod 600)");
  command->add_flag("--verbose", options.verbose, "Show the handlers' log on standard error");
}

Result<ServePlan> MakeServePlan(const ServeOptions& options, const Environment& environment) {
  const std::optional<Address> address = ParseAddress(options.host);
  if (!address) {
    return Refuse("--host " + ToOneLine(options.host) +
                  " is not an IP address: 127.0.0.1 serves this machine, 0.0.0.0 everybody");
  }
  if (!address->loopback && options.keys_file.empty()) {
    return Refuse("--host " + options.host +
                  " can be reached from other machines, and whoever reaches this server runs "
                  "programs as you: name the keys that requests must be signed with (--keys FILE), "
                  "or listen at 127.0.0.1");
  }
  const std::optional<emr_model::Timings> timings = TimingsOf(options.timing);
  if (!timings) {
    return Refuse("--timing " + ToOneLine(options.timing) + " is neither instant nor emr");
  }
  ServePlan plan;
  plan.address = address->text;
  plan.loopback = address->loopback;
  plan.port = options.port;
  plan.state_dir = options.state_dir;
  plan.timings = *timings;
  plan.region = DefaultRegion(options.region, environment);
  plan.verbose = options.verbose;
  if (!options.keys_file.empty()) {
    ECM_TRY(plan.keys, ReadKeys(options.keys_file));
  }
  return plan;
}

std::string ServerUrl(const std::string& address, std::uint16_t port) {
  const bool v6 = address.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

std::string ListeningLine(const std::string& address, std::uint16_t port) {
  return "listening on " + ServerUrl(address, port);
}

ExitCode RunServe(const ServeOptions& options, Context& context, const Serve& serve) {
  const Result<ServePlan> plan = MakeServePlan(options, context.environment);
  if (!plan) {
    context.console.Err("emrctl: " + plan.error().message);
    return ExitCodeOf(plan.error());
  }
  return serve(*plan, context);
}

}  // namespace ecm::cli
