#include "aws_config/shared_config.h"

#include <fmt/format.h>

#include "aws_config/ini_file.h"
#include "aws_config/shell_words.h"
#include "base/text.h"

namespace ecm::aws_config {
namespace {

/// By name, nested members not yet apart: a later file replaces them as a whole.
struct Sections {
  std::map<std::string, IniSection> profiles;
  std::map<std::string, IniSection> sso_sessions;
  std::map<std::string, IniSection> services;
};

/// `profile "a b"` → "a b"; nothing for what has not exactly one name.
std::optional<std::string> NameOf(const std::string& header) {
  auto words = SplitShellWords(header);
  if (!words || words->size() != 2) return std::nullopt;
  return std::move(words->at(1));
}

Sections ByKind(IniFile file) {
  Sections sections;
  for (auto& [header, members] : file) {
    if (header == "default") {
      sections.profiles[header] = std::move(members);
      continue;
    }
    std::map<std::string, IniSection>* kind = nullptr;
    if (header.starts_with("profile")) kind = &sections.profiles;
    if (header.starts_with("sso-session")) kind = &sections.sso_sessions;
    if (header.starts_with("services")) kind = &sections.services;
    if (kind == nullptr) continue;
    if (const auto name = NameOf(header)) (*kind)[*name] = std::move(members);
  }
  return sections;
}

Profile Flat(const IniSection& section) {
  Profile profile;
  for (const auto& [name, value] : section) {
    if (!IsNested(value)) {
      profile[name] = value;
      continue;
    }
    for (auto& [inner, inner_value] : NestedMembers(value)) {
      profile.insert_or_assign(fmt::format("{}.{}", name, inner), std::move(inner_value));
    }
  }
  return profile;
}

std::map<std::string, Profile> Flat(const std::map<std::string, IniSection>& sections) {
  std::map<std::string, Profile> flat;
  for (const auto& [name, section] : sections) flat.emplace(name, Flat(section));
  return flat;
}

/// "" for a file that is not there, and for the one by which people say that there is none.
Result<std::string> ReadIfThere(const Files& files, const std::string& path) {
  if (path.empty() || path == "/dev/null") return std::string();
  auto text = files.Read(path);
  if (!text && text.error().kind == ErrorKind::kNotFound) return std::string();
  return text;
}

struct FilePlace {
  const char* variable;
  const char* otherwise;
};
constexpr FilePlace kConfigFile{"AWS_CONFIG_FILE", "~/.aws/config"};
constexpr FilePlace kCredentialsFile{"AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"};

/// "" where there is none.
std::string PathOf(const Environment& environment, const FilePlace& place) {
  return ExpandHome(environment, environment.Get(place.variable).value_or(place.otherwise));
}

std::string NameOf(const Environment& environment, const FilePlace& place) {
  const std::string path = PathOf(environment, place);
  return path.empty() ? place.otherwise : ToOneLine(path);
}

}  // namespace

std::string ExpandHome(const Environment& environment, const std::string& path) {
  if (!path.starts_with("~/")) return path;
  const std::string home = environment.Get("HOME").value_or("");
  return home.empty() ? std::string() : home + path.substr(1);
}

std::string ConfigFileName(const Environment& environment) {
  return NameOf(environment, kConfigFile);
}

std::string CredentialsFileName(const Environment& environment) {
  return NameOf(environment, kCredentialsFile);
}

Result<SharedConfig> MergeSharedConfig(const std::string& config, const std::string& config_path,
                                       const std::string& credentials,
                                       const std::string& credentials_path) {
  ECM_TRY(IniFile config_file, ParseIni(config, config_path));
  ECM_TRY(const IniFile credentials_file, ParseIni(credentials, credentials_path));
  Sections sections = ByKind(std::move(config_file));
  SharedConfig shared{.profiles = {},
                      .sso_sessions = Flat(sections.sso_sessions),
                      .services = Flat(sections.services),
                      .config_file = Flat(sections.profiles),
                      .credentials_file = {}};
  for (const auto& [name, members] : credentials_file) {
    // Here a section is a profile's name as it stands.
    shared.credentials_file[name] = Flat(members);
    IniSection& profile = sections.profiles[name];
    for (const auto& [member, value] : members) profile.insert_or_assign(member, value);
  }
  shared.profiles = Flat(sections.profiles);
  return shared;
}

Result<SharedConfig> ReadSharedConfig(const Environment& environment, const Files& files) {
  const std::string config_path = PathOf(environment, kConfigFile);
  const std::string credentials_path = PathOf(environment, kCredentialsFile);
  ECM_TRY(const std::string config, ReadIfThere(files, config_path));
  ECM_TRY(const std::string credentials, ReadIfThere(files, credentials_path));
  return MergeSharedConfig(config, config_path, credentials, credentials_path);
}

std::string Member(const Profile& profile, const std::string& name) {
  const auto found = profile.find(name);
  return found == profile.end() ? std::string() : found->second;
}

}  // namespace ecm::aws_config
