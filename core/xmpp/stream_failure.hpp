#pragma once

#include <string>
#include <string_view>

#include "xmpp/component_stream.hpp"

// Why a component stream ended, in words that tell the operator what to do.
namespace dragoman::xmpp {

/// A <stream:error/> of the server. `was_ready`: the handshake had been taken.
ComponentStream::Failed stream_error(const Element& error, const std::string& domain, bool was_ready);
/// The connection or the stream ended without an error.
ComponentStream::Failed ended_by_server(ComponentStream::State state);
ComponentStream::Failed ended_by_us();
/// What the server sent cannot be read; `condition` is what it was told.
ComponentStream::Failed server_broke_rule(std::string_view condition, std::string_view problem);

}  // namespace dragoman::xmpp
