#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "backends/services.hpp"
#include "backends/webhook/book.hpp"
#include "backends/webhook/config.hpp"
#include "backends/webhook/courier.hpp"
#include "backends/webhook/dead_desk.hpp"
#include "backends/webhook/egress.hpp"
#include "backends/webhook/feed.hpp"
#include "backends/webhook/reply_desk.hpp"
#include "backends/webhook/rooms.hpp"
#include "base/token_bucket.hpp"
#include "net/graveyard.hpp"
#include "net/task_group.hpp"

namespace dragoman::backends::webhook {

class Session;

/// What the hooks of a network and its people have in common.
class Hub {
 public:
  Hub(std::string jid, Config config, Services& services, Names& names);
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  /// Reads the hooks that were kept.
  void start();
  const std::string& jid() const { return jid_; }
  const Config& config() const { return config_; }
  /// For the hooks that there are too. False: other addresses may be sent to now, which needs another network; nothing
  /// was changed.
  bool take_settings(const Config& newer);
  Services& services() { return services_; }
  Names& names() { return names_; }
  const Clock& clock() const { return services_.loop.clock(); }
  Timestamp now() const { return clock().utc(); }

  const Book& book() const { return book_; }
  /// nullptr: there is no such hook.
  Feed* feed(std::string_view name);
  const Feed* feed(std::string_view name) const { return const_cast<Hub*>(this)->feed(name); }
  /// Faults: conflict (the name is taken), limited (as many as the owner may have).
  Result<void> add(Hook hook);
  void change(Hook hook);
  /// The same where people see nothing of what was changed.
  void keep(Hook hook) { book_.change(std::move(hook)); }
  void remove(const std::string& name);
  /// Of somebody whose account is erased.
  void remove_all_of(const std::string& owner);
  /// Those that this person may see, by name.
  std::vector<const Hook*> readable_by(const std::string& jid) const;
  std::vector<const Hook*> changeable_by(const std::string& jid) const;

  /// Where hooks are in rooms of other networks.
  Rooms& rooms() { return rooms_; }

  /// Whether the owner of a hook is within their rate, over all their hooks.
  bool owner_takes(const std::string& owner);

  void add(Session& session) { sessions_.insert(&session); }
  void remove(Session& session);
  /// Those of one person.
  std::vector<Session*> sessions_of(const std::string& jid) const;
  /// Somebody is there, away or gone: the hooks that they listen to may tell.
  void presence_changed(const Session& session);

  /// What the couriers of hooks have in common; nullptr before the start.
  Courier::Office* office() { return office_ ? &*office_ : nullptr; }
  Egress egress() const;
  /// How the queue of a hook is that sends so.
  QueueLimits queue_limits(const Outgoing& outgoing) const;
  /// Whether hooks may send there, and the name leads where they may: `done` is called once, in a later turn.
  void check_target(std::string url, std::function<void(Result<net::Url>)> done);
  /// Gets a picture that a sender has named, from where anybody can; `done` is called once, in a later turn.
  void fetch_picture(std::string url, std::function<void(Result<std::string> bytes)> done);
  /// Where its dead letters are shown in a browser to this person for a while; empty: there is no public listener.
  std::string dead_letters_url(const std::string& hook, const std::string& reader) const {
    return dead_desk_ ? dead_desk_->make_url(hook, reader) : std::string{};
  }
  /// Takes over a courier that was stopped, until its tasks have ended.
  void bury(std::unique_ptr<Courier> courier);
  /// Nothing is sent any more.
  void stop();
  bool idle() const { return graveyard_.empty() && tasks_.empty(); }

  /// The address that programs send to.
  std::string url_of(const std::string& token) const;
  bool has_listener() const { return static_cast<bool>(services_.route); }

 private:
  void open_office();

  std::string jid_;
  Config config_;
  Services& services_;
  Names& names_;
  Book book_;
  Rooms rooms_{*this};
  std::unique_ptr<net::HttpClient> http_;
  std::unique_ptr<ReplyDesk> reply_desk_;
  std::unique_ptr<DeadDesk> dead_desk_;
  std::optional<Courier::Office> office_;
  net::Graveyard graveyard_;
  std::set<Session*> sessions_;
  std::map<std::string, std::unique_ptr<Feed>, std::less<>> feeds_;
  std::unordered_map<std::string, TokenBucket> owner_buckets_;
  net::TaskGroup tasks_;
};

}  // namespace dragoman::backends::webhook
