#pragma once

#include <string>
#include <string_view>

#include "backends/matrix/appservice_names.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

// The registration of an application service (application-service API, "Registration"): a file that the homeserver
// reads at its start, and where we keep the two tokens by which the two know each other.

namespace dragoman::backends::matrix {

struct Registration {
  std::string id;                ///< unique on the homeserver; its clients never see it
  Secret<std::string> as_token;  ///< ours, to the homeserver
  Secret<std::string> hs_token;  ///< the homeserver's, to us
  std::string sender;            ///< localpart of the service's own user
};

/// New tokens, 256 bits each.
Registration make_registration(const std::string& id, const std::string& sender, Random& random);

/// What a registration says besides.
struct RegistrationFacts {
  std::string url;              ///< where the homeserver reaches us, without a slash at its end
  bool local_accounts = false;  ///< users of the homeserver itself are ours to speak for, when they want that
};
/// As YAML. Everything is there that current and older homeservers look for.
std::string write_registration(const Registration& registration, const GhostNames& names,
                               const RegistrationFacts& facts);
/// Takes id, tokens and sender out of such a file, also of one that somebody has written by hand: top-level keys, a
/// line each, quoted or not. Fault::malformed says what is missing, never what is there.
Result<Registration> read_registration(std::string_view yaml);

/// Reads the file. Fault::not_found: there is none. Fault::forbidden: everybody may read it.
Result<Registration> load_registration(const std::string& path);
/// Reads the file, or makes it when there is none, readable for its owner alone; who owns the folder owns the file.
Result<Registration> need_registration(const std::string& path, const std::string& id, const GhostNames& names,
                                       const RegistrationFacts& facts, Random& random);

}  // namespace dragoman::backends::matrix
