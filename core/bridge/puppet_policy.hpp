#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/token_bucket.hpp"
#include "bridge/plan.hpp"

namespace dragoman::bridge {

/// Who gets an occupant of their own in one XMPP room, and for how long. Pure: times are inputs, nobody is called.
/// People are known by a key that stays theirs.
class PuppetPolicy {
 public:
  explicit PuppetPolicy(const PuppetPlan& plan);
  void set(const PuppetPlan& plan);

  enum class Voice {
    own,     ///< it is there, or on its way
    comes,   ///< it may come now: until refused(), kicked() ... it counts as on its way
    relay,   ///< the bot speaks for them
    silent,  ///< the room has banned them: nobody does
  };
  /// Somebody wants to speak.
  Voice speaks(const std::string& who, Instant now);
  /// Somebody is there elsewhere, and says nothing (PuppetPlan::Policy::all). `own`: nothing is to be done for them.
  Voice appears(const std::string& who, Instant now);
  /// Somebody is in the room already, from before the bot came in.
  Voice comes_back(const std::string& who, Instant now);
  /// What speaks() would say, without saying anything.
  bool is_silent(const std::string& who) const;

  /// The room has not let them in.
  void refused(const std::string& who, Fault fault, Instant now);
  /// They stay out for a day.
  void kicked(const std::string& who, Instant now);
  void banned(const std::string& who);
  /// They may come in again before their day is over.
  void let_in(const std::string& who);
  /// They are not banned any more.
  void pardoned(const std::string& who);
  /// The room lets them in, but not speak.
  void muted(const std::string& who, Instant now);
  /// They left, or were lost: they may come again when they speak.
  void left(const std::string& who);
  /// They are known by another key from now on.
  void is_now(const std::string& who, const std::string& new_key);
  /// The room is for members only, and nobody can make them members: for an hour none is tried.
  void closed(Instant now);
  bool is_closed(Instant now) const { return now < closed_until_; }
  /// The room takes so many people at most; 0: it does not say. Half of them are for those who are there themselves.
  void room_takes(std::size_t people) { room_takes_ = people; }
  /// The bot has come in again: the room may be otherwise now. Bans and kicks stay.
  void room_is_new();

  /// Those who have said nothing for too long, who are to leave; left() follows.
  std::vector<std::string> idle(Instant now) const;
  std::optional<Instant> next_idle() const;
  std::size_t size() const { return here_; }
  std::size_t most() const;

 private:
  struct Person {
    bool here = false;
    bool banned = false;
    Instant spoke{};
    Instant out_until{};
  };
  Voice come(const std::string& who, Instant now);
  void goes(Person& person);
  void stays_out(const std::string& who, Instant until);
  void forget_some(Instant now);

  PuppetPlan plan_;
  TokenBucket pace_;
  std::unordered_map<std::string, Person> people_;
  std::size_t here_ = 0, room_takes_ = 0;
  std::optional<std::size_t> full_at_;  // the room took no more
  Instant closed_until_{};
};

}  // namespace dragoman::bridge
