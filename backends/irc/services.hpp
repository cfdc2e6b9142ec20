#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"

// The programs that keep accounts, nicknames and channels of a network ("services"), where they are spoken to in words.

namespace dragoman::backends::irc {

/// What a package of services wants to hear. {account}, {password}, {nick} and {email} stand for these.
struct ServicesDialect {
  std::string_view name;                     ///< in the configuration
  std::string_view address;                  ///< whom the words go to
  std::string_view identify;                 ///< logs in
  std::string_view enroll;                   ///< makes the account; empty: not by words
  std::array<std::string_view, 2> regain{};  ///< gets a nickname back, one after the other until it is there
};

/// Nullptr for "none" and for one that we do not know.
const ServicesDialect* find_services(std::string_view name);
std::vector<std::string> services_names();

struct ServicesWords {
  std::string_view account, password, nick, email;
};
/// One line to `address`; it holds a password.
Secret<std::string> fill(std::string_view words, const ServicesWords& values);

/// Whether somebody of this nickname is services: what is said to them and by them is kept nowhere, because passwords
/// are among it. Nobody else can have these names on a network with services.
bool is_services(std::string_view nick);

/// How services answer to a login in the words of most of them. Others are waited for.
enum class ServicesReply { unknown, logged_in, refused };
ServicesReply read_services_reply(std::string_view text);

}  // namespace dragoman::backends::irc
