import { describe, expect, it } from 'vitest'
import { gridsOf, presetOf, presets, withDeed } from './permission-catalog.ts'
import { fromRobot, newRobot, permissionsOf, robotProblems, toBody } from './robot-draft.ts'
import { robotState } from './robot-facts.ts'

const permission = (namespace: string, ...deeds: string[]) => ({
  kind: namespace === '/' ? 'system' : 'project',
  namespace,
  access: deeds.map((key) => {
    const [resource, action] = key.split(':')
    return { resource, action }
  }),
})

describe('a robot in the form', () => {
  it('comes back from the wire as any client may have written it, with unlike projects apart', () => {
    const permissions = [
      permission('*', 'repository:pull'),
      permission('/', 'quota:list', 'user:list'),
      permission('a', 'repository:pull', 'repository:push'),
      permission('b', 'tag:list'),
      permission('c', 'repository:push', 'repository:pull'),
      { ...permission('d', 'tag:list'), repositories: ['backend/**'] },
    ]
    const draft = fromRobot({ name: 'robot$x', duration: -1, permissions })
    expect(draft.places.map(({ everywhere, projects }) => [everywhere, projects])).toEqual([
      [true, []],
      [false, ['a', 'c']],
      [false, ['b']],
      [false, ['d']],
    ])
    expect(draft).toMatchObject({ days: '-1', system: new Set(['quota:list', 'user:list']) })
    const written = fromRobot({ ...toBody(draft), name: 'robot$x' })
    expect(written).toEqual(draft)
  })

  it('starts with pulling only, for thirty days', () => {
    expect(toBody(newRobot('team'))).toEqual({
      description: '',
      duration: 30,
      permissions: [permission('team', 'repository:pull')],
    })
  })

  it('is refused with the field that is to blame', () => {
    const draft = newRobot(null)
    expect(robotProblems({ ...draft, name: 'Not allowed', days: '0' }, true)).toEqual([
      { fieldId: 'robot-name', problem: 'nameInvalid' },
      { fieldId: 'robot-days', problem: 'daysInvalid' },
      { fieldId: 'robot-place-0', problem: 'noProject' },
    ])
    expect(robotProblems({ ...draft, places: [] }, false).map(({ problem }) => problem)).toEqual(['nothing'])
    expect(robotProblems({ ...newRobot('team'), name: 'ci.x-1' }, true)).toEqual([])
  })

  it('of the system may hold rights outside projects only', () => {
    const draft = { ...newRobot(null), places: [], system: new Set(['quota:list']) }
    expect(permissionsOf(draft)).toEqual([permission('/', 'quota:list')])
  })
})

describe('the grid', () => {
  it('shows every right that can be given once, and what it does not know in the words of the API', () => {
    const { contents, others } = gridsOf([
      { resource: 'tag', action: 'list' },
      { resource: 'gizmo', action: 'spin' },
      { resource: 'repository', action: 'push' },
      { resource: 'repository', action: 'pull' },
    ])
    expect(contents.rows.map(({ resource }) => resource)).toEqual(['repository', 'tag'])
    expect(contents.actions).toEqual(['pull', 'push', 'list'])
    expect(others).toEqual({ rows: [{ resource: 'gizmo', actions: new Set(['spin']) }], actions: ['spin'] })
  })

  it('knows its presets again, whatever the order', () => {
    expect(presetOf(new Set([...presets.ci].reverse()))).toBe('ci')
    expect(presetOf(new Set([...presets.push, 'label:list']))).toBeUndefined()
  })

  it('never leaves push without pull', () => {
    const both = withDeed(new Set(), 'repository:push', true)
    expect(both).toEqual(new Set(['repository:push', 'repository:pull']))
    expect(withDeed(both, 'repository:pull', false)).toEqual(new Set())
  })
})

it.each([
  [{ expires_at: -1 }, 'active'],
  [{ expires_at: 1_000 }, 'expired'],
  [{ expires_at: 2_000 }, 'soon'],
  [{ expires_at: 10_000_000 }, 'active'],
  [{ expires_at: -1, disable: true }, 'disabled'],
] as const)('the robot %j is %s', (robot, state) => {
  expect(robotState(robot, 1_000_000)).toBe(state)
})
