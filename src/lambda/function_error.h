#pragma once

#include <string>

#include "base/error.h"

namespace ecm::lambda {

/// What the Runtime API wants to know of a failure.
struct FunctionError {
  std::string category;  ///< of Lambda-Runtime-Function-Error-Type: "Function.InvalidJob"
  std::string type;      ///< errorType: what ErrorEquals of a state machine compares
  std::string message;   ///< errorMessage: UTF-8, bounded
};

/// Of one invocation. The message is made fit for JSON and for an execution's Cause.
FunctionError ToFunctionError(const Error& error);
/// Of the start: `reason` is what a function's owner looks for ("Runtime.NoSuchHandler").
FunctionError ToInitError(const std::string& reason, const Error& error);

/// {"errorType", "errorMessage", "stackTrace": []}
std::string ToBody(const FunctionError& error);

}  // namespace ecm::lambda
