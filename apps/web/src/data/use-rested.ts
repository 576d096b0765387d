'use client'
import { useEffect, useState } from 'react'

/** The value as it was when it last stayed the same for 300 ms, so that not every key pressed asks the server. */
export function useRested<Value>(value: Value): Value {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), 300)
    return () => clearTimeout(timer)
  }, [value])
  return rested
}
