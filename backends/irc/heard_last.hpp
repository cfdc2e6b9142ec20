#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "backends/irc/casemap.hpp"
#include "backends/irc/message.hpp"

namespace dragoman::backends::irc {

/// User and host of the few who joined or spoke last, who may have left by the time they are banned; those of people
/// who are there stand beside their names.
class HeardLast {
 public:
  struct Person {
    std::string nick, user, host;
  };

  void note(const Source& source) {
    if (source.host.empty()) return;
    if (source.nick == people_[last_].nick && source.host == people_[last_].host) return;
    if (source.nick != people_[last_].nick) last_ = (last_ + 1) % people_.size();
    people_[last_].nick = source.nick;
    people_[last_].user = source.user;
    people_[last_].host = source.host;
  }
  /// The newest entry of this nickname, or nullptr.
  const Person* find(Casemap casemap, std::string_view nick) const {
    for (std::size_t i = 0; i < people_.size(); ++i) {
      const Person& person = people_[(last_ + people_.size() - i) % people_.size()];
      if (!person.nick.empty() && same(casemap, person.nick, nick)) return &person;
    }
    return nullptr;
  }

 private:
  std::array<Person, 4> people_;
  std::size_t last_ = 0;
};

}  // namespace dragoman::backends::irc
