'use client'
import { scaleBand, scaleLinear } from '@visx/scale'
import { AreaClosed, Bar, LinePath } from '@visx/shape'
import { type PointerEvent, useEffect, useRef, useState } from 'react'
import { labelledDays } from './axis.ts'

export type DayValue = { day: string; value: number }
export type DayChartProps = {
  days: readonly DayValue[]
  /** `bars` for what is counted on each day, `area` for what stands at the end of each. */
  kind: 'bars' | 'area'
  /** A colour of the tokens. */
  color: string
  /** From 0 to the top of the axis. */
  ticks: readonly number[]
  format: (value: number) => string
  formatDay: (day: string) => string
}

const HEIGHT_PX = 148
const TOP_PX = 8
const BOTTOM_PX = 22
const LEFT_PX = 56

/** Values of days as a picture. What it says stands in a table beside it: see Chart. */
export default function DayChart({ days, kind, color, ticks, format, formatDay }: DayChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const [widthPx, setWidthPx] = useState(480)
  const [at, setAt] = useState<number>()
  useEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new ResizeObserver(() => setWidthPx(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  const x = scaleBand({
    domain: days.map(({ day }) => day),
    range: [LEFT_PX, Math.max(widthPx - 4, LEFT_PX + 1)],
    padding: 0.2,
  })
  const y = scaleLinear({ domain: [0, ticks.at(-1) ?? 1], range: [HEIGHT_PX - BOTTOM_PX, TOP_PX] })
  const middle = (day: string) => (x(day) ?? 0) + x.bandwidth() / 2
  const pointed = at === undefined ? undefined : days[at]

  function onPointerMove({ clientX, currentTarget }: PointerEvent<SVGSVGElement>) {
    const offset = clientX - currentTarget.getBoundingClientRect().left - LEFT_PX
    const index = Math.floor(offset / x.step())
    setAt(index >= 0 && index < days.length ? index : undefined)
  }

  return (
    <div ref={box} className="relative" aria-hidden="true">
      <svg
        width={widthPx}
        height={HEIGHT_PX}
        className="block max-w-full"
        focusable="false"
        aria-hidden="true"
        onPointerMove={onPointerMove}
        onPointerLeave={() => setAt(undefined)}
      >
        {ticks.map((tick) => (
          <g key={tick}>
            <line x1={LEFT_PX} x2={widthPx} y1={y(tick)} y2={y(tick)} stroke="var(--line)" />
            <text x={LEFT_PX - 8} y={y(tick)} dy="0.32em" textAnchor="end" fontSize={12} fill="var(--ink-3)">
              {format(tick)}
            </text>
          </g>
        ))}
        {pointed && (
          <rect
            x={middle(pointed.day) - x.step() / 2}
            y={TOP_PX}
            width={x.step()}
            height={HEIGHT_PX - BOTTOM_PX - TOP_PX}
            fill="var(--hover)"
          />
        )}
        {kind === 'bars' ? (
          days.map(({ day, value }) => (
            <Bar
              key={day}
              x={x(day)}
              y={Math.min(y(value), value > 0 ? y(0) - 2 : y(0))}
              width={x.bandwidth()}
              height={value > 0 ? Math.max(y(0) - y(value), 2) : 0}
              fill={color}
            />
          ))
        ) : (
          <>
            <AreaClosed
              data={[...days]}
              x={({ day }) => middle(day)}
              y={({ value }) => y(value)}
              yScale={y}
              fill={color}
              fillOpacity={0.15}
            />
            <LinePath
              data={[...days]}
              x={({ day }) => middle(day)}
              y={({ value }) => y(value)}
              stroke={color}
              strokeWidth={2}
            />
            {days.length === 1 && days[0] && (
              <circle cx={middle(days[0].day)} cy={y(days[0].value)} r={3} fill={color} />
            )}
          </>
        )}
        {labelledDays(days.length, widthPx - LEFT_PX).map((index) => {
          const { day } = days[index]!
          // The last label ends where the chart ends, so that it is never cut; one alone stands below its day.
          const last = index === days.length - 1 && index > 0
          return (
            <text
              key={day}
              x={last ? widthPx - 4 : middle(day)}
              y={HEIGHT_PX - 6}
              textAnchor={last ? 'end' : 'middle'}
              fontSize={12}
              fill="var(--ink-3)"
            >
              {formatDay(day)}
            </text>
          )
        })}
      </svg>
      {pointed && (
        <p
          className="pointer-events-none absolute top-0 z-10 rounded-md border border-line bg-raised px-2 py-1 text-12 whitespace-nowrap shadow-2"
          style={
            middle(pointed.day) > widthPx / 2
              ? { right: widthPx - middle(pointed.day) + x.step() / 2 }
              : { left: middle(pointed.day) + x.step() / 2 }
          }
        >
          <span className="text-ink-2">{formatDay(pointed.day)}</span>{' '}
          <span className="font-medium tabular-nums">{format(pointed.value)}</span>
        </p>
      )}
    </div>
  )
}
