#include "local/process_spec.h"

#include <charconv>

namespace ecm::local {
namespace {

Error Broken() {
  return {ErrorKind::kInternal, "the supervisor was given a broken process specification", {}};
}

Result<std::vector<std::string>> SplitAtNul(std::string_view payload) {
  std::vector<std::string> parts;
  while (!payload.empty()) {
    const std::size_t end = payload.find('\0');
    if (end == std::string_view::npos) return Fail(Broken());
    parts.emplace_back(payload.substr(0, end));
    payload.remove_prefix(end + 1);
  }
  return parts;
}

}  // namespace

Result<std::string> EncodeSpec(const ProcessSpec& spec) {
  if (spec.argv.empty() || spec.argv.front().empty()) {
    return Fail(ErrorKind::kInvalidJob, "there is no program to start: the command is empty");
  }
  std::vector<std::string> parts{spec.cwd.string(), spec.stdout_file.string(),
                                 spec.stderr_file.string(), std::to_string(spec.argv.size())};
  parts.insert(parts.end(), spec.argv.begin(), spec.argv.end());
  parts.insert(parts.end(), spec.env.begin(), spec.env.end());
  std::string payload;
  for (const std::string& part : parts) {
    if (part.find('\0') != std::string::npos) {
      return Fail(ErrorKind::kInvalidJob,
                  "a command argument contains a NUL character: no program can be given that");
    }
    payload += part;
    payload += '\0';
  }
  return std::to_string(payload.size()) + "\n" + payload;
}

Result<ProcessSpec> DecodeSpec(std::string_view payload) {
  ECM_TRY(const std::vector<std::string> parts, SplitAtNul(payload));
  constexpr std::size_t kFixed = 4;
  if (parts.size() < kFixed) return Fail(Broken());
  std::size_t argc = 0;
  const std::string& count = parts[3];
  const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), argc);
  if (error != std::errc{} || end != count.data() + count.size() || argc == 0 ||
      argc > parts.size() - kFixed) {
    return Fail(Broken());
  }
  ProcessSpec spec;
  spec.cwd = parts[0];
  spec.stdout_file = parts[1];
  spec.stderr_file = parts[2];
  const auto first_env = parts.begin() + static_cast<std::ptrdiff_t>(kFixed + argc);
  spec.argv.assign(parts.begin() + kFixed, first_env);
  spec.env.assign(first_env, parts.end());
  return spec;
}

}  // namespace ecm::local
