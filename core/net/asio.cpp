// Asio is compiled here, once (BOOST_ASIO_SEPARATE_COMPILATION). TLS is our own, so its ssl part is not.
#include <boost/asio/impl/src.hpp>
