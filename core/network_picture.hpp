#pragma once

#include <functional>
#include <optional>
#include <string>

#include "media/fetcher.hpp"
#include "net/loop.hpp"
#include "net/task_group.hpp"
#include "xmpp/avatar.hpp"

namespace dragoman {

/// The picture that a foreign server says is its network's (backends/own_look.hpp), fetched from where it is. What
/// cannot be had, or is no picture, is none: it is asked for again only when the server names another one.
class NetworkPicture {
 public:
  /// `changed`: get() has another answer; called in a later turn than look_at(). The fetcher outlives this.
  NetworkPicture(net::Loop& loop, media::Fetcher& fetcher, std::function<void()> changed)
      : fetcher_(fetcher), tasks_(loop), changed_(std::move(changed)) {}

  /// Empty: there is none. The one before is shown until this one is here.
  void look_at(const std::string& url);
  const std::optional<xmpp::Avatar>& get() const { return picture_; }
  void stop() { tasks_.stop(); }
  bool idle() const { return tasks_.empty(); }

 private:
  net::Task<> fetch(std::string url);

  media::Fetcher& fetcher_;
  net::TaskGroup tasks_;
  std::function<void()> changed_;
  std::string url_;
  std::optional<xmpp::Avatar> picture_;
};

}  // namespace dragoman
