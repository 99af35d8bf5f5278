#include "cli/serve.h"

#include <boost/asio/signal_set.hpp>
#include <csignal>

#include "base/text.h"
#include "cli/cluster_notes.h"
#include "cli/local_runner.h"
#include "cli/refuse.h"
#include "cli/serve_command.h"
#include "cli/serve_view.h"
#include "cli/served_objects.h"
#include "endpoint/endpoint.h"
#include "endpoint/page/pages.h"
#include "http/server.h"
#include "local/buckets.h"
#include "local/folder_object_store.h"
#include "local_stack/local_stack.h"
#include "local_stack/state_folder.h"
#include "store/sqlite_document_store.h"
#include "store/sqlite_job_store.h"

namespace ecm::cli {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

local_stack::Options StackOptions(const ServePlan& plan, const fs::path& state_dir) {
  local_stack::Options stack;
  stack.state_dir = state_dir;
  stack.stack.stage = kLocalStage;
  stack.stack.region = plan.region;
  stack.stack.log_bucket = kLocalLogBucket;
  stack.patience.look_again = std::chrono::seconds{1};
  stack.timings = plan.timings;
  return stack;
}

/// What a server's owner must see although nobody asked for a log.
class WarningsOnly : public Log {
 public:
  explicit WarningsOnly(Log& log) : log_(log) {}
  void Write(LogLevel level, std::string_view message, const JsonObject& fields) override {
    if (level >= LogLevel::kWarning) log_.Write(level, message, fields);
  }

 private:
  Log& log_;
};

endpoint::Access AccessOf(const ServePlan& plan) {
  endpoint::Access access;
  access.keys = plan.keys;
  return access;
}

/// EMR and Step Functions of `stack` under one address, with the pages for people.
class Front {
 public:
  Front(local_stack::LocalStack& stack, const ServePlan& plan, ObjectStore& objects,
        ObjectStore& work, const local_stack::StateFolder& folder, Context& context)
      : read_objects_(local::Buckets(folder.Buckets())),
        emr_([&stack](const Region& region, std::string_view operation, const Json& request) {
          return stack.CallEmr(region, operation, request);
        }),
        step_functions_(
            [&stack](const Region& region, std::string_view operation, const Json& request) {
              return stack.CallStepFunctions(region, operation, request);
            }),
        sources_{emr_,
                 step_functions_,
                 [&stack] { return stack.Regions(); },
                 objects,
                 context.clock,
                 [this] { return url; },
                 folder.Buckets().string(),
                 plan.region,
                 work,
                 folder.Work().string(),
                 [buckets = local::Buckets(folder.Buckets())](const Json& cluster) {
                   return ClusterNotes(StringOr(cluster, "ReleaseLabel"),
                                       StringOr(cluster, "LogUri"), buckets);
                 }},
        endpoint_(
            {{"ElasticMapReduce", "elasticmapreduce", "1.1", emr_},
             {"AWSStepFunctions", "states", "1.0", step_functions_}},
            [this](std::string_view target) { return endpoint::page::Page(sources_, target); },
            AccessOf(plan), plan.region, context.clock, context.random, &read_objects_) {}

  http::Response Handle(const http::Request& request) const { return endpoint_.Handle(request); }

  std::string url;

 private:
  ServedObjects read_objects_;
  endpoint::ServiceCall emr_;
  endpoint::ServiceCall step_functions_;
  endpoint::page::Sources sources_;
  endpoint::Endpoint endpoint_;
};

void StopOnSignal(asio::signal_set& signals, http::Server& server, local_stack::LocalStack& stack,
                  Console& console) {
  signals.async_wait([&](const boost::system::error_code& error, int /*signal*/) {
    if (error) return;
    console.Err(
        "emrctl: stopping; clusters that run are lost, as with a broken primary node. Once more "
        "does not wait for their executions");
    server.Stop();
    stack.Stop();
    StopOnSignal(signals, server, stack, console);
  });
}

}  // namespace

ExitCode ServeLocally(const ServePlan& plan, Context& context) {
  const auto folder = local_stack::StateFolder::Open(plan.state_dir);
  if (!folder) return Refuse(folder.error(), context);
  const auto jobs = SqliteJobStore::Open(folder->JobStore());
  if (!jobs) return Refuse(jobs.error(), context);
  const auto documents = SqliteDocumentStore::Open(folder->Documents());
  if (!documents) return Refuse(documents.error(), context);
  std::error_code ignored;  // a bucket that cannot be made is met again when logs are written
  fs::create_directories(folder->Buckets() / kLocalLogBucket, ignored);
  local::FolderObjectStore objects{local::Buckets(folder->Buckets())};
  WarningsOnly warnings(context.log);
  Log& log = plan.verbose ? context.log : warnings;

  const auto spark = FindSpark(context);
  ServeView view(context.console, context.clock, local::Buckets(folder->Buckets()));
  const auto stack = local_stack::LocalStack::Create(
      StackOptions(plan, folder->path()),
      {context.clock, context.random, log, **jobs, objects, **documents},
      LocalRunners(*folder, spark, context,
                   [&view](const emr_model::StepLaunch& launch, const std::string& note) {
                     view.OnNote(launch.cluster, note);
                   }),
      view);
  if (!stack) return Refuse(stack.error(), context);

  // The folder of what steps have written so far, read as one more bucket: with its checks.
  local::FolderObjectStore work{local::Buckets(folder->path())};
  Front front(**stack, plan, objects, work, *folder, context);
  const auto server = http::Server::Listen(
      (*stack)->io(), plan.address, plan.port, http::Limits{},
      [&front](const http::Request& request) { return front.Handle(request); });
  if (!server) return Refuse(server.error(), context);
  front.url = ServerUrl(plan.address, (*server)->port());
  context.console.Out(ListeningLine(plan.address, (*server)->port()));
  if (!spark)
    context.console.Err("emrctl: steps that need Spark will fail: " +
                        ToOneLine(spark.error().message));

  asio::signal_set signals((*stack)->io(), SIGINT, SIGTERM, SIGHUP);
  StopOnSignal(signals, **server, **stack, context.console);
  (*stack)->Serve();
  return ExitCode::kSuccess;
}

}  // namespace ecm::cli
