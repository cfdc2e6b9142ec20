#pragma once

#include <cstddef>
#include <string>
#include <vector>

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
    if (people_.empty()) people_.resize(most);
    if (source.nick == people_[last_].nick && source.host == people_[last_].host) return;
    if (source.nick != people_[last_].nick) last_ = (last_ + 1) % most;
    people_[last_].nick = source.nick;
    people_[last_].user = source.user;
    people_[last_].host = source.host;
  }
  /// The newest entry of this nickname, or nullptr.
  const Person* find(Casemap casemap, std::string_view nick) const {
    for (std::size_t i = 0; i < people_.size(); ++i) {
      const Person& person = people_[(last_ + most - i) % most];
      if (!person.nick.empty() && same(casemap, person.nick, nick)) return &person;
    }
    return nullptr;
  }

 private:
  static constexpr std::size_t most = 4;
  std::vector<Person> people_;  // none until somebody was heard: most connections are quiet
  std::size_t last_ = 0;
};

}  // namespace dragoman::backends::irc
