#include "network_picture.hpp"

#include <utility>

#include "base/log.hpp"

namespace dragoman {

void NetworkPicture::look_at(const std::string& url) {
  if (url == url_) return;
  url_ = url;
  tasks_.spawn([this, url] { return fetch(url); });
}

net::Task<> NetworkPicture::fetch(std::string url) {
  std::optional<xmpp::Avatar> picture;
  if (!url.empty()) {
    const auto fetched = co_await fetcher_.fetch(url, xmpp::most_avatar_bytes);
    if (fetched) picture = xmpp::make_avatar(fetched->file.bytes);
    if (!picture) {
      const std::string why = fetched ? std::string{"it is no picture"} : fetched.error().text;
      LOG_INFO("the picture of a network cannot be shown", url, why);
    }
  }
  if (url != url_) co_return;  // another one, meanwhile
  picture_ = std::move(picture);
  changed_();
}

}  // namespace dragoman
