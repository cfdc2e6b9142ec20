#pragma once

#include <string>

namespace dragoman::verbs {

/// What `dragoman import PROGRAM FILE` was called with.
struct ImportOptions {
  std::string config, program, file, network;
  bool dry_run = false;
};

/// Prints the bridges of a matterbridge.toml as tables of our configuration. Gives the exit code.
int import_matterbridge(const ImportOptions& options);

}  // namespace dragoman::verbs
