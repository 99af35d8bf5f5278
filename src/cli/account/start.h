#pragma once

#include <string>

#include "cli/account/account.h"
#include "cli/context.h"
#include "cli/exit_code.h"

namespace ecm::cli {

struct StartOptions {
  AccountOptions account;
  std::string file;
  std::string id;  ///< the name of the execution; "" makes a fresh one
  std::string state_dir = ".emrctl";
  bool json = false;
};

/// A job description that is valid for a stack of this stage in this region.
struct ReadyJob {
  std::string text;  ///< as it stands in the file: the input of the execution
  std::string name;
  Region region;  ///< that the job asks for; "" where it does not
};

/// Reads and checks the file; prints what is wrong with it. `region` is the stack's, "" while it is
/// not known.
Result<ReadyJob> ReadReadyJob(const std::string& file, const std::string& stage,
                              const Region& region, Context& context);

/// "daily-count-20261122-131454-4f2a": the job and when it was started.
std::string FreshName(const ReadyJob& job, Context& context);
/// kInvalidJob for an --id that cannot be a part of a cluster's name; "" is fine.
Result<void> CheckId(const std::string& id);

struct Started {
  ExecutionArn execution;
  std::string name;
  bool before = false;  ///< by an earlier call
  std::string status = "RUNNING";
};

/// Starts the job under a name that is stored before AWS is asked, or under the one that was given:
/// the same name and the same job are the same execution. kConflict where the name stands for
/// another job, kUnknownOutcome where a second call with the same options finds out.
Result<Started> StartJob(const Account& account, const StartOptions& options, const ReadyJob& job,
                         Context& context);

/// On standard error: what was started, or had been, and how to follow it.
void TellStarted(const Started& started, const AccountOptions& options, Context& context);
/// Says why nothing was started; a name that is taken is a mistake of the command line.
ExitCode RefuseStart(const Error& error, Context& context);

/// `emrctl start`: prints the ARN, and how to go on.
ExitCode RunStart(const Account& account, const StartOptions& options, const ReadyJob& job,
                  Context& context);

}  // namespace ecm::cli
