#pragma once

#include <string>

#include "config_http.hpp"
#include "media/links.hpp"
#include "media/paste_store.hpp"
#include "media/proxy.hpp"
#include "net/http_server.hpp"
#include "net/loop.hpp"
#include "store/store.hpp"

namespace dragoman {

/// Long texts of bridges at the public listener, below /media/pastes/.
class Pastes {
 public:
  /// `key`: a secret of this installation. All others outlive it; `server` is stopped before this goes.
  Pastes(net::Loop& loop, store::Store& store, net::HttpServer& server, const HttpEntry& http, const MediaEntry& media,
         const std::string& key);
  media::Uploader& uploader() { return store_; }

 private:
  media::Links links_;
  media::PasteStore store_;
  media::Proxy proxy_;
};

}  // namespace dragoman
