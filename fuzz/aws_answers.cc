// What AWS services answer to every client of ours. The first line says which: emr, states,
// dynamodb, s3, sns, logs or errors; the answers follow, and come round again when they have all
// been given.

#include "answers.h"
#include "aws/emr_client.h"
#include "aws/executions.h"
#include "aws/step_functions_client.h"
#include "aws/xml.h"
#include "aws_client/cloudwatch_logs.h"
#include "aws_client/dynamodb_job_store.h"
#include "aws_client/emr_http.h"
#include "aws_client/s3_objects.h"
#include "aws_client/service_error.h"
#include "aws_client/sns_notices.h"
#include "aws_client/step_functions_http.h"
#include "env/testing/sim_env.h"

namespace ecm::aws_client {
namespace {

using fuzz::Must;

const char* const kExecution = "arn:aws:states:eu-west-1:123456789012:execution:ecm-dev:run-1";
constexpr std::size_t kTail = 1024;

class FixedCredentials : public aws_config::CredentialsProvider {
 public:
  Result<aws_config::ResolvedCredentials> Get() override {
    return aws_config::ResolvedCredentials{{"AKIDEXAMPLE", "secret", ""}, {}, "profile dev"};
  }
  void Forget() override {}
};

/// A client of services that give the answers of the input.
struct World {
  explicit World(std::vector<HttpResponse> answers) : http(std::move(answers)) {}

  fuzz::AnsweringHttp http;
  FixedCredentials credentials;
  ManualClock clock;
  SeededRandom random{7};
  RecordingLog log;
  ServiceClient client{{}, RetryPolicy{}, {http, credentials, clock, random, log}};
  Region here{"eu-west-1"};
};

template <class T>
void CheckError(const Result<T>& result) {
  if (!result) fuzz::MustBeFitForPeople(result.error());
}

void AskEmr(World& world) {
  EmrHttp api(world.client);
  EmrClient emr(api, world.here);
  const ClusterId cluster("j-1");
  if (const auto made = emr.RunJobFlow(JsonObject{{"Name", "x"}}); !made) {
    CheckError(made);
  } else {
    Must(!made->empty(), "a created cluster has an id");
  }
  CheckError(emr.DescribeCluster(cluster));
  CheckError(emr.ListSteps(cluster));
  CheckError(emr.ListClusters(world.clock.Wall() - std::chrono::hours{1}, world.clock.Wall()));
  const EmrClient::LiveClusters live = emr.ListLiveClusters();
  if (live.error) fuzz::MustBeFitForPeople(*live.error);
  CheckError(emr.TerminateJobFlow(cluster));
  CheckError(emr.SetTerminationProtection(cluster, false));
}

void AskStepFunctions(World& world) {
  StepFunctionsHttp api(world.client);
  StepFunctionsClient client(api, world.here);
  const ExecutionArn execution(kExecution);
  CheckError(client.ListStateMachines("ecm-"));
  CheckError(client.StartExecution("arn:aws:states:eu-west-1:1:stateMachine:m", "run", "{}"));
  CheckError(client.DescribeExecution(execution));
  const auto listed = client.ListExecutions("arn:aws:states:eu-west-1:1:stateMachine:m", "", 25);
  CheckError(listed);
  Must(!listed || listed->size() <= 25, "no more executions than were asked for");
  CheckError(client.StatesEntered(execution, 3, nullptr));
  CheckError(client.StatesEntered(execution, 0, [](const StateEntry&) { return true; }));
  CheckError(client.StopExecution(execution, "error", "cause"));
  StepFunctionsExecutions executions(api);
  CheckError(executions.Describe(execution));
  TaskTokensHttp tokens(api, world.here);
  CheckError(tokens.SendTaskSuccess(TaskToken("token"), JsonObject{}));
}

void AskDynamoDb(World& world) {
  DynamoDbJobStore store(world.client, world.random,
                         {.region = world.here, .table = "jobs", .stage = "dev"});
  CheckError(store.Get(ExecutionArn(kExecution)));
  const auto found = store.FindByCluster(ClusterId("j-1"));
  CheckError(found);
  CheckError(store.ListOpen());
  JobRecord record;
  record.execution = ExecutionArn(kExecution);
  record.revision = 3;
  if (const auto stored = store.Put(record); !stored) {
    CheckError(stored);
  } else {
    Must(stored->revision == 4, "what is stored has the next revision");
  }
}

void AskS3(World& world) {
  S3Objects objects(world.client);
  for (const char* key : {"logs/stderr.gz", "logs/stderr"}) {
    const auto tail = objects.ReadTail(world.here, "bucket", key, kTail);
    CheckError(tail);
    Must(!tail || tail->size() <= kTail, "no more of an object than was asked for");
  }
  const auto keys = objects.ListKeys(world.here, "bucket", "logs/", 10);
  CheckError(keys);
  Must(!keys || keys->size() <= 10, "no more keys than were asked for");
}

void AskSns(World& world) {
  SnsNotices notices(world.client, "arn:aws:sns:eu-west-1:123456789012:topic");
  CheckError(notices.Publish("subject", "message"));
}

void AskLogs(World& world) {
  CloudWatchLogs logs(world.client);
  const WallTime now = world.clock.Wall();
  const auto lines =
      logs.FindLines(world.here, "/aws/lambda/f", "run-1", now - std::chrono::hours{1}, now, 10);
  CheckError(lines);
  Must(!lines || lines->size() <= 10, "no more lines than were asked for");
}

void ReadErrors(const std::vector<HttpResponse>& answers) {
  for (const HttpResponse& answer : answers) {
    const ServiceError error = ReadServiceError(answer);
    for (const char* service : {"elasticmapreduce", "states", "dynamodb", "s3", "sns", "sts"}) {
      static_cast<void>(KindOf(service, error));
    }
    Must(error.code.size() <= answer.body.size() + 1024, "a code comes from the answer");
    if (const Result<XmlElement> xml = ParseXml(answer.body); !xml) CheckError(xml);
  }
}

int Check(std::string_view input) {
  const std::string_view service = fuzz::TakeLine(input);
  std::vector<HttpResponse> answers;
  for (const std::string_view part : fuzz::Parts(input)) {
    answers.push_back(fuzz::AnswerFrom(part));
  }
  if (service == "errors") {
    ReadErrors(answers);
    return 0;
  }
  World world(std::move(answers));
  if (service == "emr") {
    AskEmr(world);
  } else if (service == "states") {
    AskStepFunctions(world);
  } else if (service == "dynamodb") {
    AskDynamoDb(world);
  } else if (service == "s3") {
    AskS3(world);
  } else if (service == "sns") {
    AskSns(world);
  } else if (service == "logs") {
    AskLogs(world);
  } else {
    return -1;
  }
  return 0;
}

}  // namespace
}  // namespace ecm::aws_client

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ecm::aws_client::Check(ecm::fuzz::Text(data, size));
}
