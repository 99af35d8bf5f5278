#include "cli/account/aws_account.h"

#include <optional>

#include "aws_client/cloudwatch_logs.h"
#include "aws_client/dynamodb_job_store.h"
#include "aws_client/emr_http.h"
#include "aws_client/s3_objects.h"
#include "aws_client/service_client.h"
#include "aws_client/step_functions_http.h"
#include "aws_config/credentials.h"
#include "aws_config/settings.h"
#include "env/real/real_files.h"
#include "env/real/real_programs.h"
#include "http/client.h"

namespace ecm::cli {
namespace {

class AwsAccount : public OpenedAccount {
 public:
  AwsAccount(const aws_config::Settings& settings, http::HttpClientOptions http, Context& context)
      : programs_(context.clock),
        http_(http::MakeHttpTransport(std::move(http), context.clock)),
        credentials_(aws_config::MakeCredentialsChain(
            settings,
            {context.environment, files_, programs_, *http_, context.clock, context.random, log_})),
        client_(settings, aws_client::RetryPolicy{},
                {*http_, *credentials_, context.clock, context.random, log_}),
        step_functions_(client_),
        emr_(client_),
        objects_(client_),
        log_groups_(client_),
        account_{step_functions_, emr_, objects_, log_groups_, settings.region},
        random_(context.random) {}

  const Account& account() const override { return account_; }
  JobStore& Jobs(const std::string& table, const std::string& stage) override {
    jobs_.emplace(client_, random_,
                  aws_client::DynamoDbJobStore::Options{account_.region, table, stage});
    return *jobs_;
  }

 private:
  RealFiles files_;
  RealPrograms programs_;
  NullLog log_;  // what matters to a person is in the errors
  std::unique_ptr<HttpTransport> http_;
  std::unique_ptr<aws_config::CredentialsProvider> credentials_;
  aws_client::ServiceClient client_;
  aws_client::StepFunctionsHttp step_functions_;
  aws_client::EmrHttp emr_;
  aws_client::S3Objects objects_;
  aws_client::CloudWatchLogs log_groups_;
  Account account_;
  Random& random_;
  std::optional<aws_client::DynamoDbJobStore> jobs_;
};

}  // namespace

Result<std::unique_ptr<OpenedAccount>> OpenAwsAccount(const AccountOptions& options,
                                                      const Region& region, Context& context) {
  const RealFiles files;
  aws_config::Overrides overrides{options.profile, options.region, options.endpoint_url};
  // A job says where it must run: more than a shell's default does.
  if (overrides.region.empty()) overrides.region = region.str();
  ECM_TRY(aws_config::Settings settings,
          aws_config::ResolveSettings(overrides, context.environment, files));
  if (settings.region.empty()) {
    return Fail(ErrorKind::kInvalidJob,
                "no region: give --region, set AWS_REGION, or put one into the profile " +
                    settings.profile);
  }
  http::HttpClientOptions http;
  ECM_TRY(http.proxies, http::ReadProxySettings(context.environment));
  http.roots.ca_bundle = settings.ca_bundle;
  return std::make_unique<AwsAccount>(settings, std::move(http), context);
}

}  // namespace ecm::cli
