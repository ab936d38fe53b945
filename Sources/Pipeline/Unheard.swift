// A sink that takes nothing in, for who wants a decoder's state only.

import Traffic
import Wire

/// Forgets whatever it is given.
struct Unheard: WireSink {
    mutating func connectionOpened(_ connection: Connection) {}
    mutating func connectionIntroduced(_ connection: Connection) {}
    mutating func connectionClosed(_ connection: Connection) {}
    mutating func exchangeBegan(_ number: Int, _ exchange: Exchange) {}
    mutating func exchangeBody(_ number: Int, bytes: RawSpan, at timestamp: Timestamp) {}
    mutating func exchangeEnded(_ number: Int, _ exchange: Exchange) {}
    mutating func controlPacket(
        _ packet: ControlPacket,
        frame: RawSpan,
        topic: RawSpan,
        on connection: Connection,
        going direction: Message.Direction,
        at timestamp: Timestamp
    ) {}
}
