// The bounds of Wire's memory, in one place.

/// How much Wire remembers before it gives something up; every bound that is hit is counted in `Losses`.
public struct WireLimits: Hashable, Sendable {
    /// Bytes held per direction behind a hole; one more and the hole is declared a gap.
    ///
    /// Default 4 MiB: the largest receive window that common systems use.
    public var bytesPerDirection = 4 << 20
    /// Bytes held by all connections together, behind holes and of unfinished packets and heads; 24 MiB by default.
    ///
    /// Unanswered requests and topic aliases count too. Beyond it the connections that have held bytes for longest
    /// without a packet give them up (a gap), and are evicted if that is not possible.
    public var totalBytes = 24 << 20
    /// TCP segments remembered to notice retransmissions with other content; 16 384 by default, 16 bytes each.
    public var rememberedSegments = 16_384
    /// TCP connections remembered; 65 536 by default, a quarter of them (but 64) without content or over.
    ///
    /// For a new one the least valuable is evicted, and among equals the longest silent: first those that are over or
    /// were only asked for (SYN), then those that nobody reads, then HTTP, MQTT last. For a mere SYN no MQTT connection
    /// is evicted.
    public var flows = 65_536
    /// Silence after which a TCP connection is forgotten.
    ///
    /// Default 24 hours: a keep-alive goes up to 18.2 (MQTT 3.1.1 §3.1.2.10).
    public var idleTime = Duration.seconds(24 * 3_600)
    /// How long a hole stays open that the receiver has acknowledged, so that only the capture lacks it.
    ///
    /// Default 50 ms: taps reorder packets by a few milliseconds.
    public var acknowledgedHoleTime = Duration.milliseconds(50)
    /// How long any other hole stays open without progress.
    ///
    /// Default 120 s: about the time until the last retransmission (RFC 9293 §3.8.3).
    public var holeTime = Duration.seconds(120)
    /// Largest MQTT control packet in bytes that is put together from several segments; 8 MiB by default.
    ///
    /// A larger one is skipped and counted. The specification allows 256 MiB. Its memory grows by
    /// doubling, so that `totalBytes` should be at least twice as much.
    public var controlPacketBytes = 8 << 20
    /// Bytes of topics that aliases may hold per direction; 256 KiB by default.
    public var aliasBytes = 256 << 10
    /// MQTT sessions whose deliveries are remembered for a later connection; 4 096 by default, of at most 3 KiB each.
    ///
    /// A redelivery that resumes a forgotten one counts as a new message.
    public var sessions = 4_096
    /// Largest HTTP message head; 64 KiB by default.
    public var headBytes = 64 << 10
    /// Requests of one connection that wait for their response; 1 024 by default.
    public var pipelinedRequests = 1_024
    /// Servers that were not reached, by name or address, told of per second of the capture; 64 by default.
    ///
    /// A scan makes millions; the rest is counted.
    public var unreachedPerSecond = 64
    /// How long a connection or an address of a name is waited for; 5 s by default.
    ///
    /// By then a SYN was sent twice (RFC 6298 §2.1), and a resolver that fails had others asked in its place.
    public var answerTime = Duration.seconds(5)
    /// Names whose addresses are waited for; 1 024 by default.
    ///
    /// Beyond, the first is told of as it stands.
    public var lookups = 1_024
    /// Addresses remembered with the names they were given for; 4 096 by default.
    public var resolvedAddresses = 4_096
    /// IP datagrams being put together from fragments, of at most 64 KiB each; 256 by default.
    public var fragmentedDatagrams = 256

    /// The defaults.
    public init() {}
}
