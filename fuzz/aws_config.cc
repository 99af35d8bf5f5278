// What stands in files of AWS clients and what the places of credentials answer. Parts:
// ~/.aws/config,
// ~/.aws/credentials, any other file (a cached SSO token, a web identity token), what a
// credential_process prints, and the answers of services.

#include <map>

#include "answers.h"
#include "aws_config/credentials.h"
#include "aws_config/ini_file.h"
#include "aws_config/shell_words.h"
#include "env/testing/sim_env.h"

namespace ecm::aws_config {
namespace {

using fuzz::Must;

/// The same text in every other file.
class FewFiles : public Files {
 public:
  FewFiles(std::string_view config, std::string_view credentials, std::string_view other)
      : config_(config), credentials_(credentials), other_(other) {}
  Result<std::string> Read(const std::string& path) const override {
    if (path == "/h/.aws/config") return config_;
    if (path == "/h/.aws/credentials") return credentials_;
    return other_;
  }

 private:
  std::string config_, credentials_, other_;
};

class OneProgram : public Programs {
 public:
  explicit OneProgram(std::string_view out) : out_(out) {}
  Result<ProgramOutput> Run(const std::vector<std::string>& arguments,
                            Duration /*timeout*/) override {
    Must(!arguments.empty(), "a program has a name");
    return ProgramOutput{.exit_code = 0, .out = out_, .err = {}};
  }

 private:
  std::string out_;
};

/// Secrets that stand in profiles, where they are long enough not to be there by chance.
std::vector<std::string> SecretsIn(const Settings& settings) {
  std::vector<std::string> secrets;
  for (const auto* file : {&settings.shared.config_file, &settings.shared.credentials_file}) {
    for (const auto& [name, profile] : *file) {
      const auto secret = profile.find("aws_secret_access_key");
      if (secret != profile.end() && secret->second.size() >= 20) secrets.push_back(secret->second);
    }
  }
  return secrets;
}

void CheckChain(const Settings& settings, const std::vector<std::string_view>& parts,
                const Environment& environment, const Files& files) {
  OneProgram program(fuzz::PartOr(parts, 3));
  std::vector<HttpResponse> answers;
  for (std::size_t i = 4; i < parts.size(); ++i) answers.push_back(fuzz::AnswerFrom(parts[i]));
  fuzz::AnsweringHttp http(std::move(answers));
  ManualClock clock;
  SeededRandom random(7);
  RecordingLog log;
  const auto chain =
      MakeCredentialsChain(settings, Ports{environment, files, program, http, clock, random, log});
  for (int turn = 0; turn < 2; ++turn) {
    const Result<ResolvedCredentials> got = chain->Get();
    if (got) {
      Must(!got->credentials.access_key_id.empty() && !got->credentials.secret_access_key.empty(),
           "credentials are a pair of keys", got->source);
    } else {
      fuzz::MustBeFitForPeople(got.error());
      for (const std::string& secret : SecretsIn(settings)) {
        Must(got.error().message.find(secret) == std::string::npos, "no secret in a message",
             got.error().message);
      }
    }
    chain->Forget();
  }
}

void Check(std::string_view input) {
  const auto parts = fuzz::Parts(input);
  if (const Result<IniFile> ini = ParseIni(parts[0], "/h/.aws/config"); ini) {
    for (const auto& [section, members] : *ini) {
      for (const auto& [name, value] : members) {
        if (IsNested(value)) static_cast<void>(NestedMembers(value));
      }
    }
  }
  if (const auto words = SplitShellWords(parts[0])) {
    std::size_t letters = 0;
    for (const std::string& word : *words) letters += word.size();
    Must(letters <= parts[0].size(), "words come from the text");
  }
  const FewFiles files(parts[0], fuzz::PartOr(parts, 1), fuzz::PartOr(parts, 2));
  for (const char* profile : {"", "dev"}) {
    std::map<std::string, std::string> variables{{"HOME", "/h"}};
    if (*profile != '\0') variables["AWS_PROFILE"] = profile;
    const MapEnvironment environment(variables);
    const Result<Settings> settings = ResolveSettings({}, environment, files);
    if (settings) {
      CheckChain(*settings, parts, environment, files);
    } else {
      fuzz::MustBeFitForPeople(settings.error());
    }
  }
}

}  // namespace
}  // namespace ecm::aws_config

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ecm::aws_config::Check(ecm::fuzz::Text(data, size));
  return 0;
}
