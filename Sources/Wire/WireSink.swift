// What Wire hands on: MQTT control packets and HTTP exchanges, one call each.

public import Traffic

/// Receives what a `WireDecoder` reads out of packets.
///
/// Calls come in the order in which streams become readable: within one direction of a connection always in stream
/// order, across connections and directions nearly in capture order (bytes behind a hole wait for it). Every
/// timestamp is that of the packet whose bytes completed the fact. Spans are valid during the call only.
public protocol WireSink {
    /// An MQTT connection was recognised.
    mutating func connectionOpened(_ connection: Connection)

    /// The CONNECT was read: client id, keep-alive and version are known; follows `connectionOpened`.
    mutating func connectionIntroduced(_ connection: Connection)

    /// One control packet was read.
    ///
    /// - Parameters:
    ///   - packet: Its header and ranges; the ranges are offsets into `frame`.
    ///   - frame: The whole packet, fixed header included; of a malformed one what there is of it, at least a byte.
    ///   - topic: A PUBLISH's topic with its alias resolved: part of `frame`, or what the alias was bound to. Empty
    ///     for other packets and for an alias whose binding was not seen.
    ///   - connection: The connection that it was seen on.
    ///   - direction: Which way it went.
    ///   - timestamp: When its last byte was captured.
    mutating func controlPacket(
        _ packet: ControlPacket,
        frame: RawSpan,
        topic: RawSpan,
        on connection: Connection,
        going direction: Message.Direction,
        at timestamp: Timestamp
    )

    /// An MQTT connection is over; `connection.end` says how.
    mutating func connectionClosed(_ connection: Connection)

    /// A name did not resolve, or a TCP connection was asked for and did not come about.
    mutating func serverUnreached(_ unreached: UnreachedServer)

    /// A request's head was read, or a response whose request was not captured (empty method and target).
    ///
    /// - Parameters:
    ///   - number: Number of the exchange, from 1, unique in the decoder.
    ///   - exchange: What is known so far.
    mutating func exchangeBegan(_ number: Int, _ exchange: Exchange)

    /// The head of the final response was read: status and response fields are known, no body byte was given yet.
    mutating func exchangeAnswered(_ number: Int, _ exchange: Exchange)

    /// Bytes of the response body, de-chunked, in order; `exchange.missingBytes` at the end says how many are missing
    /// between them.
    mutating func exchangeBody(_ number: Int, bytes: RawSpan, at timestamp: Timestamp)

    /// Bytes of the response body are missing from the capture, between what was given and what will be.
    mutating func exchangeGap(_ number: Int, missing: Int64)

    /// An exchange is over; every begun exchange ends exactly once, at the latest in `finish`.
    mutating func exchangeEnded(_ number: Int, _ exchange: Exchange)
}

extension WireSink {
    /// Does nothing: only those who look for the causes of missing downloads need it.
    public mutating func serverUnreached(_ unreached: UnreachedServer) {}

    /// Does nothing: only those who look at responses before their bodies need it.
    public mutating func exchangeAnswered(_ number: Int, _ exchange: Exchange) {}

    /// Does nothing: only those who need to know where bytes are missing look at this.
    public mutating func exchangeGap(_ number: Int, missing: Int64) {}
}
