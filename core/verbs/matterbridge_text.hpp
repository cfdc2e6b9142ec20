#pragma once

#include <map>
#include <string>

#include "verbs/matterbridge.hpp"

namespace dragoman::verbs {

/// The [[bridge]] tables for our configuration, with a comment (FILE:LINE) on everything that has no counterpart, and
/// on what has to be put right by hand. `file`: how it is called in the comments. `domains`: account of theirs -> the
/// [[network]] of ours; one that is not there gets a domain of example.org, which a comment says.
std::string bridges_text(const Matterbridge& theirs, const std::string& file,
                         const std::map<std::string, std::string>& domains);

}  // namespace dragoman::verbs
