// How the processes of the system speak gRPC among themselves.

/** For both ends. */
export const grpcOptions = {
  // Counts every call for a debugging service that nobody offers here.
  'grpc.enable_channelz': 0,
}

/** For the end that calls. */
export const grpcChannelOptions = {
  ...grpcOptions,
  // A restarted server is found again within a second or two, not within the default's two minutes.
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 2_000,
  // Notices a peer that vanished without closing its connection.
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 5_000,
  // The proxy of `http_proxy` is for what is outside, and gRPC would send even 127.0.0.1 there.
  'grpc.enable_http_proxy': 0,
}
