import Loyalty
import Replication
import SyncProtocol

/// What was said about rights on the lines, whether or not it arrived.
struct Wire {
    struct Asked {
        let node: Int
        let request: AuthorizationRequest
        /// Which start of the node's process has asked.
        let incarnation: Int
    }

    struct Recalled {
        let node: Int
        let recall: Recall
    }

    /// A grant that has arrived, as far as nothing has become of it yet.
    struct Granted {
        let node: Int
        let transfer: Transfer
        var unused: [RecordID: Int64]
        var isReturned = false
    }

    private(set) var asked: [RecordID: Asked] = [:]
    /// When the hub has heard of it.
    var heard: [RecordID: UInt64] = [:]
    private(set) var recalled: [RecordID: Recalled] = [:]
    private(set) var denied: Set<RecordID> = []
    /// Authorizations for which the hub has written a transfer.
    private(set) var answered: Set<RecordID> = []
    var granted: [RecordID: Granted] = [:]

    mutating func ask(_ request: AuthorizationRequest, by node: Int, _ incarnation: Int) {
        asked[RecordID(request.id)] = Asked(node: node, request: request, incarnation: incarnation)
    }

    mutating func recall(_ recall: Recall, from node: Int) {
        recalled[RecordID(recall.id)] = Recalled(node: node, recall: recall)
    }

    mutating func deny(_ authorization: UInt128) { denied.insert(RecordID(authorization)) }

    /// False where it has been answered before.
    mutating func answer(_ authorization: RecordID) -> Bool { answered.insert(authorization).inserted }

    /// Own rights of a node have become fewer: what is left of them cannot be more than what its grants brought.
    mutating func use(_ amount: Int64, of lot: RecordID, at node: Int) {
        for authorization in granted.keys.sorted() where granted[authorization]?.node == node {
            guard let unused = granted[authorization]?.unused[lot] else { continue }
            granted[authorization]?.unused[lot] = unused > amount ? unused - amount : nil
        }
    }
}
