// Stand-ins until definitions can say it.

extension Dialect {
    public struct Invisible: Hashable, Sendable {
        public var event: UpgradeEvent.Kind?
        public var what: String
        public var instead: String?
    }
    public var version: Int { 1 }
    public var aliases: [String] { [] }
    public var variant: String? { nil }
    public var variants: [String] { [] }
    public var secrets: [String] { [] }
    public var invisible: [Invisible] { [] }
}
extension MessageOutline {
    public struct Sample { public var topic: String; public var payload: String }
    public var samples: [Sample] { [] }
}
