#pragma once

#include <string>
#include <vector>

namespace dragoman::chat {

/// One thing that was tried for the operator (`dragoman check`): a line.
struct Finding {
  enum class Grade {
    ok,
    warning,  ///< works, but not as one would want it
    failed    ///< does not work
  };
  Grade grade = Grade::ok;
  std::string subject;  ///< what was tried: "TLS of irc.libera.chat:6697"
  std::string text;     ///< what came out, and unless it is well, what to do. Never a secret
};

using Findings = std::vector<Finding>;

}  // namespace dragoman::chat
