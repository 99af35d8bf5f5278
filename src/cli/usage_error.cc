#include "cli/usage_error.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"

namespace ecm::cli {
namespace {

/// The innermost command that was named.
const CLI::App& Innermost(const CLI::App& app) {
  const std::vector<CLI::App*> named = app.get_subcommands();
  return named.empty() ? app : Innermost(*named.front());
}

std::vector<std::string> Options(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::vector<std::string> Commands(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* below : command.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(below->get_name());
  }
  return names;
}

/// "--prot=1" → "--port"; "" where nothing is near.
std::string Meant(const CLI::App& command, const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  const std::vector<std::string> names =
      name.starts_with('-') ? Options(command) : Commands(command);
  return std::string(Nearest(name, {names.begin(), names.end()}));
}

}  // namespace

void ExplainUsage(const CLI::App& app, const CLI::ParseError& error, Console& console) {
  const CLI::App& command = Innermost(app);
  const std::vector<std::string> unknown = app.remaining(/*recurse=*/true);
  if (unknown.empty() && !Commands(command).empty()) {
    console.Err("emrctl: a command is missing\n\n" + command.help());
    return;
  }
  std::string path = "emrctl";
  for (const CLI::App* at = &app; at != &command; at = at->get_subcommands().front()) {
    path += " " + at->get_subcommands().front()->get_name();
  }
  const bool names_command =
      !unknown.empty() && !unknown.front().starts_with('-') && !Commands(command).empty();
  const auto option =
      std::ranges::find_if(unknown, [](const std::string& word) { return word.starts_with('-'); });
  std::string what = ToOneLine(error.what());
  if (names_command) {
    what = "there is no command '" + path + " " + ToOneLine(unknown.front()) + "'";
  } else if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError) &&
             option != unknown.end()) {
    what = "'" + path + "' has no option " + ToOneLine(*option);
  }
  console.Err("emrctl: " + what);
  for (const std::string& word : unknown) {
    const std::string meant = Meant(command, word);
    if (!meant.empty()) console.Err("did you mean " + meant + "?");
  }
  console.Err(path + " --help tells what there is");
}

}  // namespace ecm::cli
