import type { Delivery } from './model.ts'

/** Requests under way in one process. They wait far more than they work. */
const SLOTS = 128
/** To one host: to one that answered the last time, to one that is not known yet, to one that kept silent. */
const SLOTS_PER_HOST = { proven: 6, unknown: 2, silent: 1 }
const SLOTS_PER_PROJECT = 24
/** Of one project, to hosts that have not answered yet or kept silent. */
const SLOTS_PER_PROJECT_UNPROVEN = 8
/** Of all projects, to such hosts: however many people name silent targets, there is room for the others. */
const SLOTS_UNPROVEN = 96
/** The last places, of all and of those for hosts that have not answered: only for projects that hold none. */
const KEPT_FREE = { all: 16, unproven: 32 }
/** Projects that had the last turns, and wait behind others for such a place. */
const TURNS_REMEMBERED = 500
/** What one process remembers. */
const HOSTS_REMEMBERED = 10_000
/** Hosts that a statement names at most. */
const HOSTS_NAMED = 500

type Where = Pick<Delivery, 'host' | 'projectId'>

/** What is not to be read now. */
export interface Busy {
  hosts: string[]
  projects: number[]
  /** Projects of which only deliveries to proven hosts are to be read. */
  unproven: number[] | 'all'
  provenHosts: string[]
}

/**
 * Who has how many of the places, and who may have one more. Neither one host nor one project can take the places of
 * the others by keeping silent, and several projects together cannot by answering slowly: the last places go round.
 */
export class Lanes {
  private readonly ofHost = new Map<string, number>()
  private readonly ofProject = new Map<number, number>()
  private readonly unprovenOfProject = new Map<number, number>()
  private unproven = 0
  private total = 0
  /** The latest at the end. */
  private readonly turns = new Set<number>()
  /** What each did the last time. */
  private readonly known = new Map<string, 'proven' | 'silent'>()

  get full(): boolean {
    return this.total >= SLOTS
  }

  hasRoom({ host, projectId }: Where): boolean {
    if (this.full || this.isHostBusy(host) || this.isProjectBusy(projectId)) return false
    return this.isProven(host) || (this.unproven < SLOTS_UNPROVEN && !this.isUnprovenBusy(projectId))
  }

  /** In their order: what is not to be read first, and when that leaves nothing. */
  looks(): Busy[] {
    const busy = this.busy()
    if (this.total < SLOTS - KEPT_FREE.all && this.unproven < SLOTS_UNPROVEN - KEPT_FREE.unproven)
      return [busy]
    return [{ ...busy, projects: [...new Set([...busy.projects, ...this.turns])] }, busy]
  }

  busy(): Busy {
    const unproven =
      this.unproven >= SLOTS_UNPROVEN
        ? 'all'
        : [...this.unprovenOfProject.keys()].filter((id) => this.isUnprovenBusy(id))
    const asksForHosts = unproven === 'all' || unproven.length > 0
    return {
      hosts: [...this.ofHost.keys()].filter((host) => this.isHostBusy(host)),
      projects: [...this.ofProject.keys()].filter((id) => this.isProjectBusy(id)),
      unproven,
      provenHosts: asksForHosts
        ? [...this.known.keys()].filter((host) => this.isProven(host)).slice(-HOSTS_NAMED)
        : [],
    }
  }

  /** Takes a place. Call what it gives once, with what the host did. */
  begin({ host, projectId }: Where): (result: 'reached' | 'unreachable' | 'unknown') => void {
    const asUnproven = this.isProven(host) ? 0 : 1
    const add = (by: 1 | -1) => {
      this.total += by
      this.unproven += by * asUnproven
      count(this.ofHost, host, by)
      count(this.ofProject, projectId, by)
      count(this.unprovenOfProject, projectId, by * asUnproven)
    }
    add(1)
    this.turns.delete(projectId)
    this.turns.add(projectId)
    if (this.turns.size > TURNS_REMEMBERED) this.turns.delete(this.turns.values().next().value!)
    return (result) => {
      add(-1)
      if (result !== 'unknown') this.remember(host, result === 'reached' ? 'proven' : 'silent')
    }
  }

  private isProven(host: string): boolean {
    return this.known.get(host) === 'proven'
  }

  private isHostBusy(host: string): boolean {
    return (this.ofHost.get(host) ?? 0) >= SLOTS_PER_HOST[this.known.get(host) ?? 'unknown']
  }

  private isProjectBusy(id: number): boolean {
    const most = this.total >= SLOTS - KEPT_FREE.all ? 1 : SLOTS_PER_PROJECT
    return (this.ofProject.get(id) ?? 0) >= most
  }

  private isUnprovenBusy(id: number): boolean {
    const most = this.unproven >= SLOTS_UNPROVEN - KEPT_FREE.unproven ? 1 : SLOTS_PER_PROJECT_UNPROVEN
    return (this.unprovenOfProject.get(id) ?? 0) >= most
  }

  private remember(host: string, what: 'proven' | 'silent'): void {
    // To the end: those that were not heard of for longest are forgotten.
    this.known.delete(host)
    this.known.set(host, what)
    if (this.known.size > HOSTS_REMEMBERED) this.known.delete(this.known.keys().next().value!)
  }
}

function count<K>(counts: Map<K, number>, key: K, by: number): void {
  const now = (counts.get(key) ?? 0) + by
  if (now === 0) counts.delete(key)
  else counts.set(key, now)
}
